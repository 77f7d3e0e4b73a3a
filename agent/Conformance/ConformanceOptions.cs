namespace NodeAgent.Conformance;

/// <summary>How thorough a run is.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Run these checks only; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Random workloads per check that has any.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>How long a cancelled call may take to come back.</summary>
    public TimeSpan CancelBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one check may take; then it has failed.</summary>
    public TimeSpan CheckBudget { get; init; } = TimeSpan.FromMinutes(2);
}
