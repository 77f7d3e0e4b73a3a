using System.Collections.Immutable;

namespace NodeAgent.Cluster.Mirror;

/// <summary>All keys of a range at one revision.</summary>
/// <param name="Revision">The newest revision that is known to be in it.</param>
/// <param name="Entries">By key, in order.</param>
public sealed record MirrorView(long Revision, ImmutableSortedDictionary<string, StoreEntry> Entries)
{
    /// <summary>Nothing read yet.</summary>
    public static MirrorView Empty { get; } = new(0, ImmutableSortedDictionary.Create<string, StoreEntry>(StringComparer.Ordinal));

    /// <summary>The view with all that one revision did.</summary>
    public MirrorView With(WatchStep.Changed step)
    {
        var entries = Entries.ToBuilder();
        foreach (var one in step.Events)
        {
            if (one.Entry is null)
            {
                _ = entries.Remove(one.Key);
            }
            else
            {
                entries[one.Key] = one.Entry;
            }
        }

        return new(step.Revision, entries.ToImmutable());
    }

    /// <summary>What is different in a view that was read anew.</summary>
    public IReadOnlyList<StoreEvent> To(MirrorView next) =>
    [
        .. Entries.Keys.Where(key => !next.Entries.ContainsKey(key)).Select(key => new StoreEvent(key, null, next.Revision)),
        .. next.Entries.Values.Where(entry => Entries.GetValueOrDefault(entry.Key)?.Modified != entry.Modified)
            .Select(entry => new StoreEvent(entry.Key, entry, entry.Modified)),
    ];
}
