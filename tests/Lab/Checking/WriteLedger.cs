using System.Globalization;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Checking;

/// <summary>
/// Stands outside the machines and knows every acknowledged write. A writer on a node flushes numbered records
/// and then says so; what was said here must be in every copy that claims to have lost nothing.
/// </summary>
public sealed class WriteLedger(LabNode node, string path, bool block = false) : IDisposable
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly List<string> _complaints = [];
    private RemoteCommand? _writer;
    private long _acknowledged;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public DateTimeOffset LastAcknowledgedAt { get; private set; }

    private string Kind => block ? " --block" : string.Empty;

    /// <summary>Starts the writer; returns after its first acknowledgement.</summary>
    public async Task StartAsync(TimeSpan between, CancellationToken cancel)
    {
        await node.ExpectAsync("true", cancel: cancel);
        _writer = node.Start(
            $"exec /usr/local/sbin/lab-writer {Shell.Quote(path)} {_run} {between.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture)}{Kind}",
            Take);
        await Patience.UntilAsync($"the first acknowledged write to {path}", TimeSpan.FromSeconds(30), cancel, () =>
            _writer.HasExited && Acknowledged == 0
                ? throw new LabFailure($"the writer of {path} ended: {string.Join(' ', _complaints)}")
                : Task.FromResult(Acknowledged > 0));
    }

    /// <summary>Ends the writer on a living node and waits for its last words.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        await node.RunAsync($"pkill -f {Shell.Quote($"lab-writer {path} {_run}")}", cancel: cancel);
        if (_writer is not null)
        {
            await Task.WhenAny(_writer.Lines, Task.Delay(TimeSpan.FromSeconds(10), cancel));
        }
    }

    /// <summary>Reads a copy on any node and compares.</summary>
    public async Task<Verdict> CompareAsync(LabNode where, string copy, CancellationToken cancel)
    {
        var state = await ReadAsync(where, copy, cancel);
        var seconds = state.Last >= Acknowledged ? 0 : (LastAcknowledgedAt - state.LastWrittenAt).TotalSeconds;
        return new Verdict(Acknowledged, Math.Max(0, Acknowledged - state.Last), state.Corrupt.Count, Math.Max(0, seconds));
    }

    public async Task<CopyState> ReadAsync(LabNode where, string copy, CancellationToken cancel)
    {
        var told = await where.ExpectAsync(
            $"/usr/local/sbin/lab-check {Shell.Quote(copy)} {_run}{Kind}", TimeSpan.FromMinutes(2), cancel);
        var words = told.Split('\n').Select(line => line.Split(' ')).ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var at = double.Parse(words["at"].Single(), CultureInfo.InvariantCulture);
        return new CopyState(
            long.Parse(words["last"].Single(), CultureInfo.InvariantCulture),
            DateTimeOffset.UnixEpoch.AddSeconds(at),
            long.Parse(words["beyond"].Single(), CultureInfo.InvariantCulture),
            [.. words["corrupt"].Select(text => long.Parse(text, CultureInfo.InvariantCulture))]);
    }

    /// <summary>How many records of the writer's own file were acknowledged for certain at a moment of that node's clock.</summary>
    public async Task<long> AcknowledgedBeforeAsync(LabNode where, string file, double moment, CancellationToken cancel)
    {
        const string Program = "import sys; rows=[r for r in open(sys.argv[1],'rb').read().split(b'\\n') if len(r)==63]; "
            + "t=float(sys.argv[2]); print(max(0, sum(1 for r in rows if float(r[28:45])<=t)-1))";
        var told = await where.ExpectAsync(
            $"python3 -c \"{Program}\" {Shell.Quote(file)} {moment.ToString("F3", CultureInfo.InvariantCulture)}", TimeSpan.FromMinutes(2), cancel);
        return long.Parse(told, CultureInfo.InvariantCulture);
    }

    public void Dispose() => _writer?.Dispose();

    private void Take(string line)
    {
        if (line.StartsWith("ack ", StringComparison.Ordinal) && long.TryParse(line[4..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
        {
            Interlocked.Exchange(ref _acknowledged, number);
            LastAcknowledgedAt = DateTimeOffset.UtcNow;
        }
        else
        {
            _complaints.Add(line);
        }
    }
}
