namespace NodeAgent.Lab.Checking;

/// <summary>The comparison of a copy with everything that was acknowledged.</summary>
/// <param name="Acknowledged">How many writes the writer said were on disk.</param>
/// <param name="Lost">How many of these the copy does not have.</param>
/// <param name="Corrupt">How many records the copy has in a wrong form.</param>
/// <param name="LostSeconds">Time between the newest record of the copy and the last acknowledgement.</param>
public sealed record Verdict(long Acknowledged, long Lost, long Corrupt, double LostSeconds);
