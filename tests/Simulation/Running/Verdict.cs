namespace NodeAgent.Simulation.Running;

/// <summary>What came of a run.</summary>
/// <param name="Broken">Which promise was broken, in two or three words; null if none was.</param>
/// <param name="What">What was seen; empty if all is well.</param>
/// <param name="Round">In which round.</param>
/// <param name="Trace">All points in order, as one number: equal for equal runs.</param>
/// <param name="Points">How many points agents passed.</param>
public sealed record Verdict(string? Broken, string What, int Round, ulong Trace, long Points);
