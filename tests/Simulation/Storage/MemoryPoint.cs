namespace NodeAgent.Simulation.Storage;

/// <summary>A snapshot of one volume, or what is left of it as the start of an increment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Guid">Its identity.</param>
/// <param name="Order">Grows with time within this node.</param>
/// <param name="CreatedAt">By the writer's wall clock.</param>
/// <param name="IsBookmark">True if only the start of an increment is left.</param>
/// <param name="Content">The bytes; of a bookmark, what changes are compared with.</param>
/// <param name="Members">The volumes that the whole snapshot was made of.</param>
internal sealed record MemoryPoint(
    string Name, string Guid, long Order, DateTimeOffset CreatedAt, bool IsBookmark, byte[] Content, IReadOnlyList<string> Members);
