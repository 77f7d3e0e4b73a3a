using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Plans;

/// <summary>A service as a rehearsal begins.</summary>
/// <param name="Policy">What was chosen for it.</param>
public sealed record ServicePlan(ServicePolicy Policy)
{
    /// <summary>What is wanted of it.</summary>
    public WantedState Wanted { get; init; }

    /// <summary>True if nobody ever wrote it: only one node can begin it. False: all allowed nodes hold the same as the rehearsal begins.</summary>
    public bool IsNew { get; init; } = true;

    /// <summary>True if the storage writes all copies at once. Only with copies.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>The node that has its data; null: the best one as the rehearsal begins.</summary>
    public string? On { get; init; }

    /// <summary>How long its start takes; null: less than a second, drawn.</summary>
    public TimeSpan? StartTakes { get; init; }

    /// <summary>How long it takes to open its units; null: less than half a second, drawn.</summary>
    public TimeSpan? OpenTakes { get; init; }

    /// <summary>How often its copies are brought up to date.</summary>
    public TimeSpan CopyEvery { get; init; } = TimeSpan.FromSeconds(5);
}
