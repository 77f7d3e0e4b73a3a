using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>What a copy is told of a stream before it comes.</summary>
/// <param name="Step">Which volume, from where to where.</param>
/// <param name="Revision">Of the record that it was planned with; null from agents that do not say it.</param>
/// <param name="Bytes">About how many bytes it has; null if that is not known.</param>
public sealed record StreamOffer(StreamStep Step, long? Revision, long? Bytes)
{
    /// <summary>Which life of the unit it is of; null from agents that do not say it.</summary>
    public string? Life { get; init; }
}
