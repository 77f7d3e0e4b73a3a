using System.Diagnostics;
using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>
/// How late the guard is at the worst while the machine and its agent are busy. Beside it, with the same priority and beat,
/// cyclictest, which does nothing but wait and so shows what the machine itself takes; and a timer of this .NET process.
/// </summary>
/// <param name="window">How long.</param>
internal sealed class GuardJitter(TimeSpan window) : IBenchmark
{
    private const double MostMilliseconds = 5;
    // Fed every 62.5 ms.
    private const int DeviceSeconds = 1;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(62.5);

    public string Name => "guard-jitter";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var guard = await GuardProcess.StartAsync(folder, DeviceSeconds);
        using var load = Load();
        try
        {
            say($"{window.TotalSeconds:0} s under stress-ng --cpu 2 --vm 1, the agent asks without pause");
            using var end = new CancellationTokenSource(window);
            var asked = AskAsync(guard, end.Token);
            var bare = BareAsync();
            var timer = await LatenessAsync(end.Token);
            var status = await guard.StatusAsync();
            var worst = status.MostLate.TotalMilliseconds;
            var (feeds, longest, resets) = guard.Feeds.Seen;
            var figure = Figure.Beside($"{Name}.worst", worst, "ms", "cyclictest", await bare);
            return
            [
                figure with { Bar = Bar.AtMost(worst, MostMilliseconds, "ms") },
                Figure.Alone($"{Name}.resets", resets, "") with { Bar = Bar.AtMost(resets, 0, "") },
                Figure.Alone($"{Name}.longest-between-feeds", longest.TotalMilliseconds, "ms"),
                Figure.Alone($"{Name}.feeds", feeds, ""),
                Figure.Alone($"{Name}.dotnet-timer", timer, "ms"),
                Figure.Alone($"{Name}.allocated", status.Allocated, "bytes") with { Bar = Bar.AtMost(status.Allocated, 0, "bytes") },
                Figure.Alone($"{Name}.failed-feeds", status.FailedFeeds, "") with { Bar = Bar.AtMost(status.FailedFeeds, 0, "") },
                Figure.Alone($"{Name}.messages", await asked, ""),
                Figure.Alone($"{Name}.real-time", status.Watchdog.IsRealTime && status.Watchdog.IsLocked ? 1 : 0, "yes=1"),
                Figure.Alone($"{Name}.rss", ProcessCost.ResidentMiB(guard.Pid), "MiB"),
                Figure.Alone($"{Name}.cpu", 100 * ProcessCost.CpuSeconds(guard.Pid) / window.TotalSeconds, "%"),
            ];
        }
        finally
        {
            load.Kill(entireProcessTree: true);
            await load.WaitForExitAsync();
        }
    }

    private static Process Load() => Start("stress-ng", "--cpu", "2", "--vm", "1", "--quiet", "--temp-path", "/tmp");

    private static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new CannotRunException($"{program} is not installed (packages stress-ng and rt-tests)");
        }
    }

    // Milliseconds; it prints one line whose last number is the worst in microseconds.
    private async Task<double> BareAsync()
    {
        using var process = Start("cyclictest", "--laptop", "-m", "-q", "-p", "50", "--policy=rr", "-i", "62500", "-D", $"{window.TotalSeconds:0}");
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return double.TryParse(said.TrimEnd().Split(' ')[^1], out var worst) ? worst / 1000 : throw new CannotRunException($"cyclictest said: {said}");
    }

    // A busy agent: a renewal, then questions without pause.
    private static async Task<long> AskAsync(GuardProcess guard, CancellationToken end)
    {
        var messages = 0L;
        var renewed = TimeProvider.System.GetTimestamp();
        _ = await guard.RenewAsync();
        while (!end.IsCancellationRequested)
        {
            _ = await guard.StatusAsync();
            messages++;
            if (TimeProvider.System.GetElapsedTime(renewed) > TimeSpan.FromSeconds(0.5))
            {
                renewed = TimeProvider.System.GetTimestamp();
                _ = await guard.RenewAsync();
            }
        }

        return messages;
    }

    // How much longer than a beat it was from one tick to the next.
    private static async Task<double> LatenessAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(Beat);
        var before = TimeProvider.System.GetTimestamp();
        var worst = TimeSpan.Zero;
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                var now = TimeProvider.System.GetTimestamp();
                var late = TimeProvider.System.GetElapsedTime(before, now) - Beat;
                (worst, before) = (late > worst ? late : worst, now);
            }
        }
        catch (OperationCanceledException)
        {
            // The window is over.
        }

        return worst.TotalMilliseconds;
    }
}
