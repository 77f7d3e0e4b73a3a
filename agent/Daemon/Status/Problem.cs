using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Level">How bad.</param>
/// <param name="Subject">What it concerns.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="NextStep">What to do; empty if time mends it.</param>
public sealed record Problem(HealthLevel Level, string Subject, string Text, string NextStep);
