using NodeAgent.Contract;
using NodeAgent.Linux.Files;

namespace NodeAgent.Cluster.Files;

/// <summary>The file below the store. After a failed write it is closed, and read again before anything else.</summary>
internal sealed class FileJournal(string path, long longest) : IDisposable
{
    private AppendLog? log;
    private long longestNow;

    public string Path => path;

    public long Length => log?.Length ?? 0;

    /// <summary>True if it is time to write it anew.</summary>
    public bool IsLong => Length > Math.Max(longest, longestNow);

    /// <summary>Opens it if it is not open.</summary>
    /// <returns>The records on disk if it was opened just now; else none.</returns>
    public Outcome<IReadOnlyList<FileChange>> Open()
    {
        if (log is not null)
        {
            return Outcome.Ok<IReadOnlyList<FileChange>>([]);
        }

        var opened = AppendLog.Open(path);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        var changes = new List<FileChange>();
        foreach (var record in opened.Value.Records)
        {
            var change = FileChangeJson.Read(path, changes.Count + 1, record);
            if (!change.IsOk)
            {
                opened.Value.Dispose();
                return change.Fault;
            }

            changes.Add(change.Value);
        }

        log = opened.Value;
        return changes;
    }

    /// <summary>Adds a record. Null: it is on disk.</summary>
    public Fault? Append(FileChange change) => After(log!.Append(FileChangeJson.Write(change)));

    /// <summary>Puts one record in place of all. Null: it is on disk.</summary>
    public Fault? Replace(FileChange.Whole whole)
    {
        var fault = After(log!.Rewrite([FileChangeJson.Write(whole)]));
        // A store that is large by itself is not written anew at each change.
        longestNow = 2 * Length;
        return fault;
    }

    public void Dispose() => Close();

    private Fault? After(Outcome outcome)
    {
        if (!outcome.IsOk)
        {
            Close();
        }

        return outcome.Fault;
    }

    private void Close()
    {
        log?.Dispose();
        log = null;
    }
}
