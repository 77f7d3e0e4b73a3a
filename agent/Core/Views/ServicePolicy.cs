using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>What an operator chose for a service.</summary>
/// <param name="Name">The service.</param>
/// <param name="Nodes">Where it may run, best first.</param>
public sealed record ServicePolicy(string Name, ImmutableArray<NodeId> Nodes)
{
    /// <summary>True if its data lies in copies, of which each may be older than the writer's. False: shared, or no data at all.</summary>
    public bool HasCopies { get; init; } = true;

    /// <summary>True if its storage itself refuses an old writer: no other proof is needed. Only for storage that is shared.</summary>
    public bool StorageExcludes { get; init; }

    /// <summary>The largest loss that is accepted without asking.</summary>
    public TimeSpan LossLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>True if the node with the fewest services is preferred to the order of <see cref="Nodes"/>.</summary>
    public bool Spreads { get; init; }

    /// <summary>Services that it runs together with.</summary>
    public ImmutableArray<string> With { get; init; } = [];

    /// <summary>Services that it never shares a node with.</summary>
    public ImmutableArray<string> Apart { get; init; } = [];

    /// <summary>True if it goes back to a better node as soon as there is one.</summary>
    public bool FailsBack { get; init; }

    /// <summary>How often it is started again where it failed, before another node gets it.</summary>
    public int RestartLimit { get; init; } = 1;

    /// <summary>How often another node tries it after one gave up, before an operator has to look. Counted anew once it ran for ten minutes.</summary>
    public int MoveLimit { get; init; } = 3;

    /// <summary>How long its parts may take to stop.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What happens to it when its node is shut down.</summary>
    public NodeStopPolicy OnNodeStop { get; init; }
}
