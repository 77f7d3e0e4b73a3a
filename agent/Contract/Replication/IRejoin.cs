namespace NodeAgent.Contract;

/// <summary>
/// A copy that has parted: its node wrote on for a moment after the snapshot with which another node became the writer.
/// What only it has is put away, and the copy is one again. An ability of its own: without it such a copy is made anew.
/// </summary>
public interface IRejoin
{
    /// <summary>
    /// Keeps the head, or what is newest, as a unit of its own that nobody writes, and goes back to a snapshot. Only on a
    /// copy: <see cref="FaultCode.PreconditionFailed"/>. Ends with that snapshot already: done, and nothing is kept.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="snapshot">The newest snapshot that the writer has too; null: none, and the copy is empty after this.</param>
    /// <param name="keepAs">The name of the unit that is kept; there already for the same reason: done.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation);

    /// <summary>Everything on this node that <see cref="RejoinAsync"/> has put away and that was not deleted since. A unit that cannot be read hides no other.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation);
}
