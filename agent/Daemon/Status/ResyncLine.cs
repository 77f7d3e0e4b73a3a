namespace NodeAgent.Daemon.Status;

/// <summary>How far the storage has come with a copy that it brings up to date itself.</summary>
/// <param name="RemainingBytes">What is left.</param>
/// <param name="TotalBytes">What there was when it began; null if unknown.</param>
/// <param name="SecondsLeft">How long it will still take at the pace of the last two minutes; null: it does not get on.</param>
public sealed record ResyncLine(long RemainingBytes, long? TotalBytes, double? SecondsLeft);
