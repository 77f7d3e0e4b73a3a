namespace NodeAgent.Daemon.Benchmarks;

/// <summary>What was measured under one setting of the ZFS module.</summary>
/// <param name="Name">The profile, or "as it is".</param>
/// <param name="Figures">One for each job, the median of its rounds.</param>
internal sealed record BenchArm(string Name, IReadOnlyList<BenchFigure> Figures)
{
    public const string AsItIs = "as it is";
}
