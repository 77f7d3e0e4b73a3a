using System.Diagnostics;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Guard;

namespace NodeAgent.Bench.Agents;

/// <summary>A guard that feeds a pipe.</summary>
internal sealed class GuardProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Process drain;

    private GuardProcess(Process process, Process drain, FeedWatch feeds, string socket)
    {
        (this.process, this.drain, Feeds) = (process, drain, feeds);
        Client = new GuardClient(socket, BootIdentity.Read().Value, TimeProvider.System, _ => { });
    }

    public int Pid => process.Id;

    public GuardClient Client { get; }

    /// <summary>What a device would have seen of it.</summary>
    public FeedWatch Feeds { get; }

    public static async Task<GuardProcess> StartAsync(WorkFolder folder, int timeoutSeconds)
    {
        var (pipe, socket) = (folder["watchdog"], folder["guard.sock"]);
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
        }

        var cat = Process.Start(new ProcessStartInfo("cat", [pipe]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var feeds = new FeedWatch(TimeSpan.FromSeconds(timeoutSeconds));
        _ = feeds.ReadAsync(cat.StandardOutput.BaseStream);
        var guard = new GuardProcess(Process.Start(Built.Guard, ["--device", pipe, "--socket", socket, "--timeout", $"{timeoutSeconds}"]), cat, feeds, socket);
        for (var glance = 0; glance < 100; glance++)
        {
            if ((await guard.Client.QueryAsync(CancellationToken.None)).IsOk)
            {
                return guard;
            }

            await Task.Delay(50);
        }

        await guard.DisposeAsync();
        throw new CannotRunException("the guard did not answer within 5 s");
    }

    /// <summary>What it says of itself.</summary>
    public async Task<GuardStatus> StatusAsync()
    {
        var status = await Client.QueryAsync(CancellationToken.None);
        return status.IsOk ? status.Value : throw new CannotRunException(status.Fault.ToString());
    }

    /// <summary>Renews a lease of 5 s.</summary>
    public async Task<Outcome<GuardStatus>> RenewAsync()
    {
        var now = new BootClock(new BootTimeProvider()).Now;
        return await Client.FeedUntilAsync(now.Add(TimeSpan.FromSeconds(5)), 1, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var ours in new[] { process, drain })
        {
            ours.Kill();
            await ours.WaitForExitAsync();
            ours.Dispose();
        }
    }
}
