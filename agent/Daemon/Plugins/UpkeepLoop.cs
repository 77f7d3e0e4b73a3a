using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins;

/// <summary>Has each backend that needs it look after its storage every second. One that is slow holds up only itself.</summary>
internal sealed class UpkeepLoop(Func<IReadOnlyDictionary<BackendId, IBackend>> backends, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<BackendId, Task> running = new();
    private readonly ConcurrentDictionary<BackendId, string> said = new();

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                foreach (var (id, backend) in backends())
                {
                    if (backend.Ability<IUpkeep>() is { } upkeep && running.GetValueOrDefault(id) is not { IsCompleted: false })
                    {
                        running[id] = KeepAsync(id, upkeep, cancellation);
                    }
                }

                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end; what runs ends by the same token.
            await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Told when it changes: the same line every second would hide everything else.
    private async Task KeepAsync(BackendId id, IUpkeep upkeep, CancellationToken cancellation)
    {
        var kept = await upkeep.KeepAsync(cancellation);
        var now = kept.Fault?.ToString() ?? "";
        if (said.GetValueOrDefault(id, "") == now)
        {
            return;
        }

        said[id] = now;
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
