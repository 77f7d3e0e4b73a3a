using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Units;

/// <summary>The unit records of this node, on disk one file a unit. Changes are durable when a method returns.</summary>
public sealed class UnitRegistry
{
    // Not ".json": agents of before take every such file for a record.
    private const string DeletedFile = "deleted-units";
    private readonly string folder;
    private readonly ConcurrentDictionary<UnitId, UnitRecord> records = new();
    private readonly ConcurrentDictionary<UnitId, UnchangedSince> unchanged = new();
    private readonly Lock changing = new();
    private ImmutableArray<DeletedUnit> deleted = [];

    private UnitRegistry(string folder) => this.folder = folder;

    /// <summary>
    /// Reads the records. One that cannot be read is a fault, not a skip: without it the agent would not know who may
    /// write the unit.
    /// </summary>
    public static Outcome<UnitRegistry> Load(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.RemoveLeftovers(folder);
        var registry = new UnitRegistry(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var read = WireJson.Read<UnitRecord>(File.ReadAllBytes(file), $"unit record {file}");
            if (!read.IsOk)
            {
                return read.Fault;
            }

            if (registry.PathOf(read.Value.Unit) != file)
            {
                return new Fault(FaultCode.Corruption, $"cannot use unit record {file}",
                    $"it is the record of {read.Value.Unit}", "Give the file back its own name, or remove the copy.", Retry.AfterFix);
            }

            registry.records[read.Value.Unit] = read.Value;
        }

        var gone = registry.LoadDeleted();
        return gone.IsOk ? registry : gone.Fault;
    }

    /// <summary>Told of each record just before it is written: whoever tells others first is found out there. For simulations.</summary>
    public Action<UnitRecord>? Writing { get; set; }

    /// <summary>All records, ordered by unit.</summary>
    public IReadOnlyList<UnitRecord> All() =>
        [.. records.Values.OrderBy(record => record.Unit.ToString(), StringComparer.Ordinal)];

    /// <summary>One record; null if the unit is not known here.</summary>
    public UnitRecord? Find(UnitId unit) => records.GetValueOrDefault(unit);

    /// <summary>
    /// Stores a record that this node decided on: it is the writer, or becomes it. Its revision never goes back: what was
    /// decided on meanwhile may have been told to copies, and they take no stream of an older one.
    /// </summary>
    public Outcome Store(UnitRecord record)
    {
        lock (changing)
        {
            return Write(Find(record.Unit) is { } known && known.Epoch == record.Epoch && known != record && known.Revision >= record.Revision
                ? record with { Revision = known.Revision + 1 }
                : record);
        }
    }

    /// <summary>The writer's record with the next revision: whoever is told it refuses streams that were planned before.</summary>
    public Outcome<UnitRecord> Renew(UnitId unit, NodeId self)
    {
        lock (changing)
        {
            if (Find(unit) is not { } known)
            {
                return UnitFaults.Unknown(unit.ToString());
            }

            if (known.Writer != self)
            {
                return UnitFaults.NotWriter(known, self);
            }

            var next = known.Alive() with { Revision = known.Revision + 1 };
            var written = Write(next);
            return written.IsOk ? next : written.Fault;
        }
    }

    /// <summary>
    /// The record with a life, if this node writes the unit in that epoch; the record that was given otherwise. To be called before a
    /// cycle: what a unit without a life says cannot be told from what was said of an earlier one of its name.
    /// </summary>
    public Outcome<UnitRecord> GiveLife(UnitRecord record, NodeId self)
    {
        lock (changing)
        {
            if (Find(record.Unit) is not { Life: null } known || known.Writer != self || known.Epoch != record.Epoch)
            {
                return record;
            }

            var alive = known.Alive();
            var written = Write(alive);
            return written.IsOk ? alive : written.Fault;
        }
    }

    /// <summary>True: it was said of an earlier unit of that name, which was deleted whole.</summary>
    /// <param name="unit">The name.</param>
    /// <param name="life">The life that is said; null if none is.</param>
    /// <param name="from">Who says it.</param>
    /// <param name="epoch">In which epoch.</param>
    /// <param name="revision">With which revision of the record; null if that is not said.</param>
    public bool IsOfEarlierLife(UnitId unit, string? life, NodeId from, Epoch epoch, long? revision)
    {
        lock (changing)
        {
            return Find(unit)?.MayBeOfLife(life) == false
                || (life is null && deleted.Any(gone => gone.Unit == unit && gone.Overtakes(null, from, epoch, revision)));
        }
    }

    /// <summary>Takes a record that a peer told, if <see cref="RecordAdoption"/> lets it.</summary>
    public Outcome<UnitRecord> Adopt(UnitRecord told, NodeId from, NodeId self)
    {
        lock (changing)
        {
            // What is known to be of the life that is told was taken after the deletion: made anew by an agent that gave no life, for one.
            var known = Find(told.Unit);
            if ((known is null || told.Life is null || !known.MayBeOfLife(told.Life)) && deleted.Any(gone => gone.Overtakes(told)))
            {
                return UnitFaults.Deleted(told, self);
            }

            var decided = RecordAdoption.Decide(known, told, from, self);
            var stored = decided.IsOk && decided.Value != known ? Write(decided.Value) : Outcome.Done;
            return stored.IsOk ? decided : stored.Fault;
        }
    }

    /// <summary>Takes over what a peer passes on, if <see cref="HandoverAcceptance"/> lets it.</summary>
    public Outcome<UnitRecord> TakeOver(UnitRecord told, NodeId from, NodeId self)
    {
        lock (changing)
        {
            var known = Find(told.Unit);
            var decided = HandoverAcceptance.Decide(known, told, from, self);
            var stored = decided.IsOk && decided.Value != known ? Write(decided.Value) : Outcome.Done;
            return stored.IsOk ? decided : stored.Fault;
        }
    }

    /// <summary>Forgets a unit whose volumes are gone from this node. Not known: done.</summary>
    public Outcome Forget(UnitId unit)
    {
        lock (changing)
        {
            var removed = AtomicFile.Delete(PathOf(unit));
            if (removed.IsOk)
            {
                records.TryRemove(unit, out _);
                unchanged.TryRemove(unit, out _);
            }

            return removed;
        }
    }

    /// <summary>
    /// Forgets a unit whose volumes were deleted here by order of its writer, and remembers that: what was said before the order is
    /// not taken any more. Not known: done.
    /// </summary>
    /// <param name="ordered">The record with which it was ordered.</param>
    /// <param name="by">Who ordered it, if it said which life it meant.</param>
    public Outcome Bury(UnitRecord ordered, NodeId? by)
    {
        lock (changing)
        {
            if (DeletedUnit.Of(ordered) is { } gone)
            {
                var all = DeletedUnit.Add(deleted, gone with { Writer = by });
                var noted = AtomicFile.Write(Path.Combine(folder, DeletedFile), JsonSerializer.SerializeToUtf8Bytes(all, WireJson.Indented));
                if (!noted.IsOk)
                {
                    return noted;
                }

                deleted = all;
            }

            return Forget(ordered.Unit);
        }
    }

    /// <summary>Forgets a unit that is gone everywhere, for all that was ever said of its life; not if another record was taken since, which stays.</summary>
    public Outcome BuryLast(UnitRecord record)
    {
        lock (changing)
        {
            return Find(record.Unit) == record ? Bury(record with { Revision = long.MaxValue }, null) : Outcome.Done;
        }
    }

    /// <summary>Keeps the writer's word that nothing changed. In memory only: after a restart the older, safer time counts.</summary>
    public void NoteUnchanged(UnitId unit, UnchangedSince word) => unchanged[unit] = word;

    /// <summary>The writer's last word that nothing changed; null if there is none since the agent started.</summary>
    public UnchangedSince? UnchangedSince(UnitId unit) => unchanged.GetValueOrDefault(unit);

    private Outcome LoadDeleted()
    {
        var file = Path.Combine(folder, DeletedFile);
        if (!File.Exists(file))
        {
            return Outcome.Done;
        }

        var read = WireJson.Read<ImmutableArray<DeletedUnit>>(File.ReadAllBytes(file), $"list of deleted units {file}");
        deleted = read.IsOk ? read.Value : [];
        return read.WithoutValue();
    }

    private Outcome Write(UnitRecord record)
    {
        Writing?.Invoke(record);
        var written = AtomicFile.Write(PathOf(record.Unit), JsonSerializer.SerializeToUtf8Bytes(record, WireJson.Indented));
        if (written.IsOk)
        {
            records[record.Unit] = record;
        }

        return written;
    }

    private string PathOf(UnitId unit) => Path.Combine(folder, $"{unit.Backend}+{unit.Name}.json");
}
