using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>What a copy tells the writer about itself.</summary>
/// <param name="Format">The stream format its backend takes.</param>
/// <param name="History">What the copy consists of.</param>
/// <param name="Complete">The newest snapshot that all volumes hold; null if there is none.</param>
/// <param name="DataAsOf">Writes acknowledged before this time are in the copy; null if there is no complete snapshot.</param>
public sealed record CopyReport(string Format, CopyHistory History, string? Complete, DateTimeOffset? DataAsOf);
