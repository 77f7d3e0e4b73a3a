using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>
/// What the backend knows of its units: the values of one object in its pool. Changes name the values they rest on and
/// happen as a whole or not at all, whichever node asks. All members block; only a call lane uses them.
/// </summary>
internal sealed class UnitIndex(string backend)
{
    private const ulong Page = 4096;
    private readonly string target = $"nodeagent.{backend}";

    /// <summary>Everything whose key begins so.</summary>
    public Outcome<IReadOnlyList<IndexEntry>> Read(IoHandle io, string prefix, string what) =>
        Read(io, [prefix], what).Map<IReadOnlyList<IndexEntry>>(all => all[0]);

    /// <summary>All that is known of one unit, at one instant.</summary>
    public Outcome<UnitEntries> ReadUnit(IoHandle io, string unit, string what)
    {
        var read = Read(io, [Keys.Unit(unit), Keys.Volume(unit, ""), Keys.Snapshot(unit, "")], what);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var (units, volumes, snapshots) = (read.Value[0], read.Value[1], read.Value[2]);
        try
        {
            var own = units.Where(e => e.Key == Keys.Unit(unit)).Select(e => Parse(e, RecordJson.Default.UnitRecord)).FirstOrDefault();
            return new UnitEntries(
                own,
                Named(volumes, Keys.Volume(unit, ""), RecordJson.Default.VolumeRecord),
                Named(snapshots, Keys.Snapshot(unit, ""), RecordJson.Default.SnapshotRecord));
        }
        catch (JsonException wrong)
        {
            return Unreadable(what, wrong);
        }
    }

    /// <summary>
    /// Changes the index if it still says what <paramref name="expected"/> says. If not: <see cref="FaultCode.Busy"/>.
    /// </summary>
    public unsafe Outcome Change(IoHandle io, IReadOnlyList<IndexEntry> expected, IReadOnlyList<IndexEntry> changes, string what)
    {
        var write = Rados.CreateWrite();
        var held = new List<nint>();
        try
        {
            Rados.WriteCreates(write, Rados.CreateIdempotent, null);
            foreach (var (key, bytes) in expected)
            {
                fixed (byte* value = bytes)
                {
                    Rados.WriteCompares(write, key, Rados.Equal, value, (nuint)bytes.Length, null);
                }
            }

            Set(write, [.. changes.Where(c => c.Bytes.Length > 0)], held);
            Remove(write, [.. changes.Where(c => c.Bytes.Length == 0)], held);
            var code = Rados.Write(write, io, target, null, 0);
            return code switch
            {
                >= 0 => Outcome.Done,
                -Errno.Cancelled => new Fault(
                    FaultCode.Busy, what, "it was changed by another node or call at the same time", "Look at it again.", Retry.AfterLook),
                _ => CephFaults.From(code, what, $"changing {target}"),
            };
        }
        finally
        {
            Rados.ReleaseWrite(write);
            held.ForEach(Marshal.FreeCoTaskMem);
        }
    }

    public static byte[] Bytes(UnitRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.UnitRecord);

    public static byte[] Bytes(VolumeRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.VolumeRecord);

    public static byte[] Bytes(SnapshotRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.SnapshotRecord);

    /// <summary>Entries of one kind by what follows the prefix.</summary>
    public static IReadOnlyDictionary<string, Stored<T>> Named<T>(IEnumerable<IndexEntry> entries, string prefix, JsonTypeInfo<T> type) =>
        new SortedDictionary<string, Stored<T>>(entries.ToDictionary(e => e.Key[prefix.Length..], e => Parse(e, type)), StringComparer.Ordinal);

    public static Fault Unreadable(string what, JsonException wrong) => new(
        FaultCode.Unparseable, what, $"the index of units cannot be read: {wrong.Message}", "Report it: this is a bug, or another program wrote there.", Retry.Never);

    private static Stored<T> Parse<T>(IndexEntry entry, JsonTypeInfo<T> type) =>
        new(JsonSerializer.Deserialize(entry.Bytes, type) ?? throw new JsonException($"{entry.Key} is null"), entry.Bytes);

    private Outcome<List<IndexEntry>[]> Read(IoHandle io, string[] prefixes, string what)
    {
        var all = Array.ConvertAll(prefixes, _ => new List<IndexEntry>());
        var unfinished = Enumerable.Range(0, prefixes.Length).ToList();
        while (unfinished.Count > 0)
        {
            var code = ReadPage(io, prefixes, all, unfinished);
            if (code == -Errno.NoEntry)
            {
                return all;
            }

            if (code < 0)
            {
                return CephFaults.From(code, what, $"reading {target}");
            }
        }

        return all;
    }

    // All in one operation. An OSD gives a thousand or so at once, however many are asked for, and says whether there are more.
    private unsafe int ReadPage(IoHandle io, string[] prefixes, List<IndexEntry>[] all, List<int> unfinished)
    {
        var values = stackalloc nint[unfinished.Count];
        var more = stackalloc byte[unfinished.Count];
        var results = stackalloc int[unfinished.Count];
        var read = Rados.CreateRead();
        try
        {
            for (var i = 0; i < unfinished.Count; i++)
            {
                var after = all[unfinished[i]] is [.., var last] ? last.Key : "";
                Rados.ReadValues(read, after, prefixes[unfinished[i]], Page, values + i, more + i, results + i);
            }

            var code = Rados.Read(read, io, target, 0);
            for (var i = unfinished.Count - 1; i >= 0 && code >= 0; i--)
            {
                code = Math.Min(code, results[i]);
                Collect(values[i], all[unfinished[i]]);
                Rados.EndValues(values[i]);
                if (more[i] == 0)
                {
                    unfinished.RemoveAt(i);
                }
            }

            return code;
        }
        finally
        {
            Rados.ReleaseRead(read);
        }
    }

    private static unsafe void Collect(nint values, List<IndexEntry> all)
    {
        while (Rados.NextValue(values, out var key, out var value, out var length) == 0 && key is not null)
        {
            all.Add(new IndexEntry(
                Marshal.PtrToStringUTF8((nint)key) ?? "", new ReadOnlySpan<byte>(value, checked((int)length)).ToArray()));
        }
    }

    private static unsafe void Set(nint write, IReadOnlyList<IndexEntry> entries, List<nint> held)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var keys = stackalloc byte*[entries.Count];
        var values = stackalloc byte*[entries.Count];
        var lengths = stackalloc nuint[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            keys[i] = Hold([.. Encoding.UTF8.GetBytes(entries[i].Key), 0], held);
            values[i] = Hold(entries[i].Bytes, held);
            lengths[i] = (nuint)entries[i].Bytes.Length;
        }

        Rados.WriteSets(write, keys, values, lengths, (nuint)entries.Count);
    }

    private static unsafe void Remove(nint write, IReadOnlyList<IndexEntry> entries, List<nint> held)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var keys = stackalloc byte*[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            keys[i] = Hold([.. Encoding.UTF8.GetBytes(entries[i].Key), 0], held);
        }

        Rados.WriteRemoves(write, keys, (nuint)entries.Count);
    }

    private static unsafe byte* Hold(byte[] bytes, List<nint> held)
    {
        var memory = Marshal.AllocCoTaskMem(bytes.Length);
        held.Add(memory);
        Marshal.Copy(bytes, 0, memory, bytes.Length);
        return (byte*)memory;
    }
}
