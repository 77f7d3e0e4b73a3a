namespace NodeAgent.Contract;

/// <summary>
/// Copies that parted, or of which none counts any more: the storage never solves that by itself, a person says which one is
/// kept. An ability of its own, of storage that keeps its copies itself.
/// </summary>
public interface ICopyChoice
{
    /// <summary>This node's copy, and whether it is open here. Changes nothing. No such unit: <see cref="FaultCode.NotFound"/>.</summary>
    Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>What the choice would mean, and everything that stands in its way. Changes nothing.</summary>
    Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation);

    /// <summary>
    /// Makes the choice, if nothing stands in its way and nothing has changed since the sides were read. Agreed by the cluster
    /// when it returns; what follows from it is done by the upkeep of the nodes, and taken up again after a kill. Chosen already: done.
    /// </summary>
    Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation);

    /// <summary>What copies on this node held when they gave way, as far as the storage below them still has it. A copy that cannot be asked hides no other. Changes nothing.</summary>
    Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation);
}
