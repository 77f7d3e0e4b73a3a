using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>What a backend's upkeep saw of a unit.</summary>
/// <param name="Report">In the backend's words.</param>
/// <param name="FrozenSince">When writes began to wait; null: they do not.</param>
/// <param name="ResyncEnds">How long the copying will still take; null if none is, or it does not get on.</param>
public sealed record UpkeepLine(UpkeepReport Report, DateTimeOffset? FrozenSince, TimeSpan? ResyncEnds);
