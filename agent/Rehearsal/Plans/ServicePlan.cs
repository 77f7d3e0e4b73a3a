using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Plans;

/// <summary>A service as a rehearsal begins.</summary>
/// <param name="Policy">What was chosen for it.</param>
public sealed record ServicePlan(ServicePolicy Policy)
{
    /// <summary>What is wanted of it.</summary>
    public WantedState Wanted { get; init; }

    /// <summary>The node that has its data; null: the first allowed one.</summary>
    public string? On { get; init; }

    /// <summary>How often its copies are brought up to date.</summary>
    public TimeSpan CopyEvery { get; init; } = TimeSpan.FromSeconds(5);
}
