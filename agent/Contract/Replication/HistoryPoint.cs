namespace NodeAgent.Contract;

/// <summary>A point in a volume's history from which an increment can start or to which it can lead.</summary>
/// <param name="Name">The snapshot's or bookmark's name.</param>
/// <param name="Guid">Its identity, equal in every copy. Decisions use this, never the name.</param>
/// <param name="Order">Grows with time within one copy; not comparable between copies.</param>
/// <param name="CreatedAt">When the data was so, by the writer's wall clock.</param>
/// <param name="IsBookmark">True if it can only be the start of an increment.</param>
public sealed record HistoryPoint(string Name, string Guid, long Order, DateTimeOffset CreatedAt, bool IsBookmark);
