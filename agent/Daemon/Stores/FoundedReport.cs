namespace NodeAgent.Daemon.Stores;

/// <summary>A cluster, or its store, was founded.</summary>
/// <param name="Text">What was done, in a sentence.</param>
/// <param name="Next">What is to be done now, line by line.</param>
public sealed record FoundedReport(string Text, IReadOnlyList<string> Next);
