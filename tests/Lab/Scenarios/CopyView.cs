namespace NodeAgent.Lab.Scenarios;

/// <summary>A copy as status shows it.</summary>
/// <param name="State">How it is.</param>
/// <param name="Snapshot">Its newest complete snapshot.</param>
/// <param name="Age">How old its data are.</param>
/// <param name="Problem">Why it cannot be brought up to date; null if it can.</param>
/// <param name="StreamBytes">Bytes that a running stream has sent; null if none runs.</param>
public sealed record CopyView(string State, string? Snapshot, TimeSpan? Age, string? Problem, long? StreamBytes);
