using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A pool as a node sees it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Backend">The backend whose pool it is.</param>
/// <param name="Pool">What its storage says.</param>
/// <param name="RefreshedAt">When that was; null if it never could be looked at.</param>
public sealed record PoolLine(NodeId Node, BackendId Backend, PoolReport Pool, DateTimeOffset? RefreshedAt)
{
    /// <summary>The pools of all nodes that have told of theirs, by node.</summary>
    public static IReadOnlyList<PoolLine> Of(ClusterStatus status) =>
    [
        .. from node in status.Nodes
           from backend in node.Backends
           from pool in backend.Pools
           orderby node.Name.Value, backend.Id.Value, pool.Name
           select new PoolLine(node.Name, backend.Id, pool, backend.RefreshedAt),
    ];

    /// <summary>What goes on in it, and how far it is: "resilver 42 %"; empty: nothing.</summary>
    public string Activity => Pool.Activity switch
    {
        null => "",
        { DoneBytes: { } done, TotalBytes: > 0 and var total } known => FormattableString.Invariant($"{known.Kind} {100.0 * Math.Min(done, total) / total:0} %"),
        { } begun => begun.Kind,
    };
}
