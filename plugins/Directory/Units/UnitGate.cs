using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>
/// The way to a unit: names are checked, the file system's errors become faults, changes to one unit come one after
/// the other, in this process and among processes, and one instance only is its writer.
/// </summary>
internal sealed class UnitGate(string root, BackendContext context, Disk disk) : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FolderLock> writerLocks = new(StringComparer.Ordinal);
    private readonly RootMark mark = new(root, context, disk);
    private volatile bool closed;

    public string Root => root;

    public Disk Disk => disk;

    public BackendContext Context => context;

    /// <summary>Units on this node, by name.</summary>
    public IEnumerable<UnitId> Units() => Directory.EnumerateDirectories(root)
        .Select(path => Path.GetFileName(path)!)
        .Where(name => Names.IsValid(name) && File.Exists(Path.Combine(root, name, "unit.json")))
        .Order(StringComparer.Ordinal)
        .Select(name => new UnitId(context.Id, name));

    public UnitFolder FolderOf(UnitId unit) => new(root, unit, disk);

    /// <summary>Looks at a unit and changes nothing. The record is null if the unit is not here.</summary>
    public Task<Outcome<T>> LookAsync<T>(
        UnitId unit, string what, Func<UnitFolder, UnitRecord?, Outcome<T>> look, CancellationToken cancellation) =>
        RunAsync(what, unit, () => Loaded(FolderOf(unit), look), cancellation);

    /// <summary>Changes a unit. The files agree with the record before <paramref name="change"/> is called.</summary>
    public async Task<Outcome<T>> ChangeAsync<T>(
        UnitId unit, string what, Func<UnitFolder, UnitRecord?, Outcome<T>> change, CancellationToken cancellation)
    {
        var turn = turns.GetOrAdd(unit.Name, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            return await RunAsync(what, unit, () => Locked(unit, what, change), cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Turns the file system's errors into faults; the work runs aside, for it may block.</summary>
    public async Task<Outcome<T>> RunAsync<T>(
        string what, UnitId? unit, Func<Outcome<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (unit is { } given && CheckName(given, what) is { } misnamed)
        {
            return misnamed;
        }

        try
        {
            return await Task.Run(() => mark.Check(what) is { } wrong ? wrong : work(), cancellation);
        }
        catch (Exception error) when (IoFaults.IsExpected(error))
        {
            return IoFaults.From(error, what, root);
        }
    }

    /// <summary>Makes this instance the only writer of the unit until it lets go or its process ends.</summary>
    public Outcome TakeWriterLock(UnitFolder folder, string what)
    {
        if (writerLocks.ContainsKey(folder.Unit.Name))
        {
            return Outcome.Done;
        }

        if (FolderLock.TryTake(folder.WriterLock) is not { } taken)
        {
            return new Fault(
                FaultCode.InUse, what, $"another agent on this machine writes {folder.Unit} in {root}",
                "Let two agents never use the same 'path'; stop the other one.", Retry.AfterFix);
        }

        writerLocks[folder.Unit.Name] = taken;
        return Outcome.Done;
    }

    public void ReleaseWriterLock(UnitFolder folder)
    {
        if (writerLocks.TryRemove(folder.Unit.Name, out var taken))
        {
            taken.Dispose();
        }
    }

    public void Dispose()
    {
        closed = true;
        foreach (var name in writerLocks.Keys)
        {
            if (writerLocks.TryRemove(name, out var taken))
            {
                taken.Dispose();
            }
        }
    }

    private static Outcome<T> Loaded<T>(UnitFolder folder, Func<UnitFolder, UnitRecord?, Outcome<T>> work)
    {
        var record = folder.Load();
        return record.IsOk ? work(folder, record.Value) : record.Fault;
    }

    private Outcome<T> Locked<T>(UnitId unit, string what, Func<UnitFolder, UnitRecord?, Outcome<T>> change)
    {
        if (closed)
        {
            return new Fault(
                FaultCode.ControlPlaneUnavailable, what, "the backend was shut down", "Ask again.", Retry.Later);
        }

        var folder = FolderOf(unit);
        var before = folder.Load();
        if (!before.IsOk)
        {
            return before.Fault;
        }

        mark.Set();
        disk.MakeFolder(Path.GetDirectoryName(folder.OperationLock)!);
        using var turn = FolderLock.TryTake(folder.OperationLock);
        if (turn is null)
        {
            return new Fault(
                FaultCode.Busy, what, $"another process changes {unit}", "Try again in a moment.", Retry.Later);
        }

        return Loaded(folder, (_, record) =>
            change(folder, record is null ? null : UnitRecovery.Run(folder, record, disk)));
    }

    private Fault? CheckName(UnitId unit, string what)
    {
        if (unit.Backend != context.Id)
        {
            return new Fault(
                FaultCode.InvalidArgument, what, $"{unit} belongs to backend '{unit.Backend}', this is '{context.Id}'",
                "Ask the unit's own backend.", Retry.Never);
        }

        return Names.IsValid(unit.Name) ? null : Names.Invalid("unit", unit.Name);
    }
}
