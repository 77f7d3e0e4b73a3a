using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Changes;

/// <summary>What a diff told, put right: older Ceph gives extents unsorted, and beyond the end.</summary>
internal static class ExtentList
{
    /// <summary>Sorted, apart, within the size; what touches and is of one kind is one. Zero only where nothing else says otherwise.</summary>
    public static IReadOnlyList<Extent> Normal(IEnumerable<Extent> told, long size)
    {
        var sorted = told.Select(e => Clamp(e, size)).Where(e => e.Length > 0).OrderBy(e => e.Offset).ThenByDescending(e => e.Length);
        var normal = new List<Extent>();
        foreach (var extent in sorted)
        {
            if (normal.Count == 0 || End(normal[^1]) < extent.Offset || (End(normal[^1]) == extent.Offset && normal[^1].IsZero != extent.IsZero))
            {
                normal.Add(extent);
                continue;
            }

            // Where two overlap and differ, the bytes are read: that is never wrong.
            var last = normal[^1];
            var end = Math.Max(End(last), End(extent));
            normal[^1] = new Extent(last.Offset, end - last.Offset, last.IsZero && extent.IsZero);
        }

        return normal;
    }

    private static long End(Extent extent) => extent.Offset + extent.Length;

    private static Extent Clamp(Extent extent, long size)
    {
        var from = Math.Clamp(extent.Offset, 0, size);
        var to = Math.Clamp(extent.Offset + extent.Length, from, size);
        return extent with { Offset = from, Length = to - from };
    }
}
