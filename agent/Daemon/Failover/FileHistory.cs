using System.Text.Json;
using System.Threading.Channels;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Failover;

/// <summary>A node's history: the newest lines in memory, and a file of bounded size that is written on a task of its own.</summary>
internal sealed class FileHistory(string path, NodeId self, TimeProvider time, ILogger log) : IHistory
{
    private const int MostLines = 2000;
    private const long FileLimit = 1024 * 1024;
    private readonly Channel<HistoryLine> waiting = Channel.CreateBounded<HistoryLine>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Lock gate = new();
    private readonly LinkedList<HistoryLine> lines = new();

    /// <summary>The newest lines, oldest first.</summary>
    public IReadOnlyList<HistoryLine> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Reads what an earlier agent wrote. A line that cannot be read is left out.</summary>
    public void Load()
    {
        foreach (var file in new[] { path + ".1", path }.Where(File.Exists))
        {
            foreach (var text in File.ReadLines(file))
            {
                if (WireJson.Read<HistoryLine>(System.Text.Encoding.UTF8.GetBytes(text), $"history {file}") is { IsOk: true } line)
                {
                    Keep(line.Value);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Tell(string kind, string subject, string text)
    {
        log.LogInformation("{Kind}: {Subject}: {Text}", kind, subject, text);
        var line = new HistoryLine(time.GetUtcNow(), self, kind, subject, text);
        Keep(line);
        waiting.Writer.TryWrite(line);
    }

    /// <summary>Writes until cancelled, then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var line in waiting.Reader.ReadAllAsync(cancellation))
            {
                await WriteAsync(line);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            while (waiting.Reader.TryRead(out var line))
            {
                await WriteAsync(line);
            }
        }
    }

    private void Keep(HistoryLine line)
    {
        lock (gate)
        {
            lines.AddLast(line);
            if (lines.Count > MostLines)
            {
                lines.RemoveFirst();
            }
        }
    }

    private async Task WriteAsync(HistoryLine line)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > FileLimit)
            {
                File.Move(path, path + ".1", overwrite: true);
            }

            await File.AppendAllTextAsync(path, JsonSerializer.Serialize(line, WireJson.Compact) + "\n", CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.LogError("the history cannot be kept: {Why}", failure.Message);
        }
    }
}
