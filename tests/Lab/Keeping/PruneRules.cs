namespace NodeAgent.Lab.Keeping;

/// <summary>What may be deleted from the lab's cache. Pure.</summary>
public static class PruneRules
{
    /// <summary>
    /// Everything that is not in use, not used lately, not among the newest of its kind, and that nothing that is kept stands on;
    /// what stands on other things first.
    /// </summary>
    public static IReadOnlyList<StoredThing> Choose(IReadOnlyList<StoredThing> all, PrunePolicy policy, DateTime now)
    {
        var lately = policy.UsedWithin > PrunePolicy.JustUsed ? policy.UsedWithin : PrunePolicy.JustUsed;
        var newest = all.GroupBy(thing => thing.Kind, StringComparer.Ordinal)
            .SelectMany(kind => kind.OrderByDescending(thing => thing.UsedAt).ThenBy(thing => thing.Folder, StringComparer.Ordinal).Take(policy.Newest));
        var byFolder = all.ToDictionary(thing => thing.Folder, StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<StoredThing>(all.Where(thing => thing.IsInUse || now - thing.UsedAt < lately).Concat(newest));
        while (open.TryDequeue(out var thing))
        {
            if (kept.Add(thing.Folder))
            {
                thing.StandsOn.Where(byFolder.ContainsKey).ToList().ForEach(below => open.Enqueue(byFolder[below]));
            }
        }

        return [.. all.Where(thing => !kept.Contains(thing.Folder)).OrderByDescending(thing => Height(thing, byFolder)).ThenBy(thing => thing.Folder, StringComparer.Ordinal)];
    }

    private static int Height(StoredThing thing, Dictionary<string, StoredThing> byFolder, int limit = 10) =>
        limit == 0 ? 0 : thing.StandsOn.Where(byFolder.ContainsKey).Select(below => 1 + Height(byFolder[below], byFolder, limit - 1)).DefaultIfEmpty(0).Max();
}
