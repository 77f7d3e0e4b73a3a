namespace NodeAgent.Daemon.Plugins.Quarantines;

/// <summary>Why and until when something is kept from running.</summary>
/// <param name="Reason">What it did.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it is tried again by itself.</param>
/// <param name="Count">How many quarantines this is in a row.</param>
public sealed record Quarantine(string Reason, DateTimeOffset Since, DateTimeOffset Until, int Count);
