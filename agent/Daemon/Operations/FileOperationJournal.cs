using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Operations;

/// <summary>One small file an open operation, replaced atomically at each step; an operator can read them.</summary>
public sealed class FileOperationJournal : IOperationJournal
{
    private const int RecentLimit = 200;
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, Operation> open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> stale = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<EndedOperation> recent = new();

    private FileOperationJournal(string folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
    }

    /// <summary>Reads what was open when the agent stopped. A record that cannot be read is set aside, never dropped.</summary>
    /// <param name="folder">Where the records are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="problems">What could not be read, each a sentence with the file's new name.</param>
    public static FileOperationJournal Load(string folder, TimeProvider time, out IReadOnlyList<string> problems)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.RemoveLeftovers(folder);
        var journal = new FileOperationJournal(folder, time);
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var read = WireJson.Read<Operation>(File.ReadAllBytes(file), $"operation in {file}");
            if (read.IsOk && journal.PathOf(read.Value.Key) == file)
            {
                journal.open[read.Value.Key] = read.Value;
            }
            else
            {
                File.Move(file, file + ".unreadable", overwrite: true);
                found.Add($"{read.Fault?.ToString() ?? "the key does not fit the file's name"}; kept as {file}.unreadable");
            }
        }

        problems = found;
        return journal;
    }

    /// <inheritdoc/>
    public Outcome<Operation> Begin(string key, string kind, string subject, ImmutableDictionary<string, string> arguments)
    {
        var removed = RemoveStale(subject);
        if (!removed.IsOk)
        {
            return removed.Fault;
        }

        var now = time.GetUtcNow();
        var operation = open.TryGetValue(key, out var known)
            ? known with { Arguments = arguments, Attempts = known.Attempts + 1, ChangedAt = now, Step = "begin" }
            : new Operation(key, new OperationId(Guid.NewGuid()), kind, subject, "begin", now, now, arguments, 1, null);
        return Keep(operation);
    }

    /// <inheritdoc/>
    public Outcome<Operation> Note(Operation operation, ImmutableDictionary<string, string> arguments) =>
        Keep(operation with { Arguments = arguments, ChangedAt = time.GetUtcNow() });

    /// <inheritdoc/>
    public Operation Mark(Operation operation, string step) =>
        Store(operation with { Step = step, ChangedAt = time.GetUtcNow() });

    /// <inheritdoc/>
    public Operation Fail(Operation operation, Fault fault) =>
        Store(operation with { LastFault = fault.ToString(), ChangedAt = time.GetUtcNow() });

    /// <inheritdoc/>
    public void Finish(Operation operation, Fault? fault)
    {
        if (!AtomicFile.Delete(PathOf(operation.Key)).IsOk)
        {
            stale[operation.Key] = operation.Subject;
        }

        open.TryRemove(operation.Key, out _);
        recent.Enqueue(new EndedOperation(operation, time.GetUtcNow(), fault?.ToString()));
        while (recent.Count > RecentLimit)
        {
            recent.TryDequeue(out _);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Operation> Open() => [.. open.Values.OrderBy(operation => operation.Key, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<EndedOperation> Recent() => [.. recent.Reverse()];

    private Outcome<Operation> Keep(Operation operation)
    {
        var written = Write(operation);
        if (!written.IsOk)
        {
            return written.Fault;
        }

        open[operation.Key] = operation;
        return operation;
    }

    private Operation Store(Operation operation)
    {
        _ = Write(operation);
        open[operation.Key] = operation;
        return operation;
    }

    private Outcome Write(Operation operation) => AtomicFile.Write(PathOf(operation.Key), JsonSerializer.SerializeToUtf8Bytes(operation, WireJson.Indented));

    // A record that would not go is carried out again after a restart. What was ordered since must not be undone by that.
    private Outcome RemoveStale(string subject)
    {
        foreach (var (key, _) in stale.Where(left => left.Value == subject))
        {
            var deleted = AtomicFile.Delete(PathOf(key));
            if (!deleted.IsOk)
            {
                return deleted;
            }

            stale.TryRemove(key, out _);
        }

        return Outcome.Done;
    }

    // Keys are made of names, ':' and '/'; a file name takes neither of the latter.
    private string PathOf(string key) => Path.Combine(folder, key.Replace(':', '+').Replace('/', '=') + ".json");
}
