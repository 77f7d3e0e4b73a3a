using System.Collections.Immutable;

namespace NodeAgent.Contract;

/// <summary>Whether a unit was written since its newest snapshot.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Changed">"No" only if it is certain that every volume equals that snapshot at <paramref name="AsOf"/>.</param>
/// <param name="Newest">The newest snapshot's name; null if there is none.</param>
/// <param name="AsOf">The answer covers every write acknowledged before this wall-clock time.</param>
public sealed record UnitChange(UnitId Unit, Answer Changed, string? Newest, DateTimeOffset AsOf)
{
    /// <summary>
    /// Per volume name, the identity of the newest snapshot, as in <see cref="Snapshot.Guids"/>. Empty if it is not known:
    /// the host then asks for the history.
    /// </summary>
    public IReadOnlyDictionary<string, string> Guids { get; init; } = ImmutableDictionary<string, string>.Empty;
}
