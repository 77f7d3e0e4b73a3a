namespace NodeAgent.Contract;

/// <summary>Pools by what they are for: planned for the nodes and disks that there are, and made once an operator has agreed.</summary>
public interface IPoolLayouts
{
    /// <summary>Plans pools. Changes nothing. Too few nodes: <see cref="FaultCode.PreconditionFailed"/>.</summary>
    Task<Outcome<PoolLayoutPlan>> PlanLayoutsAsync(IReadOnlyList<PoolOrder> orders, CancellationToken cancellation);

    /// <summary>
    /// Makes the pools of a plan. What the plan rests on has changed, or it has blockers:
    /// <see cref="FaultCode.PreconditionFailed"/>, and nothing is made. Cut off half way, it is planned and given again.
    /// </summary>
    Task<Outcome> ApplyLayoutsAsync(PoolLayoutPlan plan, CancellationToken cancellation);
}
