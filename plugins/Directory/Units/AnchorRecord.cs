namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>The point from which the next increment to or from a peer starts.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Name">The snapshot's name.</param>
/// <param name="Order">The snapshot's order.</param>
/// <param name="CreatedAt">When the data was so.</param>
/// <param name="Guids">Identity by volume.</param>
/// <param name="KeepsSnapshot">True on a copy, where the increment needs the content and not only the block map.</param>
internal sealed record AnchorRecord(
    string Peer,
    string Name,
    long Order,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Guids,
    bool KeepsSnapshot);
