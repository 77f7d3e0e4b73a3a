using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Plugins;

/// <summary>
/// Has each backend that needs it look after its storage every second, and asks what it saw. One that is slow holds up only itself,
/// and a step that hangs does not hold up the question.
/// </summary>
internal sealed class UpkeepLoop(Func<IReadOnlyDictionary<BackendId, IBackend>> backends, UpkeepWatch watch, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<BackendId, Task> keeping = new();
    private readonly ConcurrentDictionary<BackendId, Task> reading = new();
    private readonly ConcurrentDictionary<string, string> said = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var there = backends().Select(entry => (Id: entry.Key, Upkeep: entry.Value.Ability<IUpkeep>())).Where(entry => entry.Upkeep is not null).ToList();
                watch.KeepOnly(there.Select(entry => entry.Id).ToHashSet());
                foreach (var (id, upkeep) in there)
                {
                    Begin(keeping, id, () => KeepAsync(id, upkeep!, cancellation));
                    Begin(reading, id, () => ReadAsync(id, upkeep!, cancellation));
                }

                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end; what runs ends by the same token.
            await Task.WhenAll([.. keeping.Values, .. reading.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Begin(ConcurrentDictionary<BackendId, Task> running, BackendId id, Func<Task> work)
    {
        if (running.GetValueOrDefault(id) is not { IsCompleted: false })
        {
            running[id] = work();
        }
    }

    private async Task KeepAsync(BackendId id, IUpkeep upkeep, CancellationToken cancellation)
    {
        var kept = await upkeep.KeepAsync(cancellation);
        watch.Kept(id, kept.Fault);
        if (IsNews($"keep {id}", kept.Fault) is { } now)
        {
            if (now.Length > 0)
            {
                log.LogWarning("backend {Backend}: {Fault}", id, now);
            }
            else
            {
                log.LogInformation("backend {Backend}: looked after again", id);
            }
        }
    }

    private async Task ReadAsync(BackendId id, IUpkeep upkeep, CancellationToken cancellation)
    {
        var told = await upkeep.ReadReportsAsync(cancellation);
        watch.Saw(id, told);
        if (IsNews($"read {id}", told.Fault) is { Length: > 0 } now)
        {
            log.LogWarning("backend {Backend}: {Fault}", id, now);
        }
    }

    // Told when it changes: the same line every second would hide everything else.
    private string? IsNews(string about, Fault? fault)
    {
        var now = fault?.ToString() ?? "";
        if (said.GetValueOrDefault(about, "") == now)
        {
            return null;
        }

        said[about] = now;
        return now;
    }
}
