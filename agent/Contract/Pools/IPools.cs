namespace NodeAgent.Contract;

/// <summary>Pools, their health and room.</summary>
public interface IPools
{
    /// <summary>The pools that this backend uses on this node. Changes nothing.</summary>
    Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation);
}
