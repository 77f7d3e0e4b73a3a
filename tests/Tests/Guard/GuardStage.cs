using System.Diagnostics;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Guard;
using NodeAgent.Tests.Architecture;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Guard;

/// <summary>A real guard with a pipe for a device, and agents that can be killed.</summary>
internal sealed class GuardStage : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<Process> processes = [];
    private readonly List<string> said = [];
    private readonly BootClock clock = new(new BootTimeProvider());
    private readonly FileStream reset;
    private readonly Thread counting;
    private int resets;

    private GuardStage()
    {
        Device = new StandInPipe(folder["watchdog"]);
        using var made = Process.Start("mkfifo", [folder["reset"]]);
        made.WaitForExit();
        // For both ways: the guard opens it only for writing, and only if somebody reads.
        reset = new FileStream(folder["reset"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        counting = new Thread(CountResets) { IsBackground = true };
        counting.Start();
    }

    /// <summary>How often a machine would have been reset.</summary>
    public int Resets => Volatile.Read(ref resets);

    /// <summary>The device: set to 2 s, so fed every 125 ms.</summary>
    public StandInPipe Device { get; }

    public string Socket => folder["guard.sock"];

    public Process Guard => processes[0];

    public Instant Now => clock.Now;

    /// <summary>What processes said, a line each.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    /// <summary>The guards that systemd's stand-in started, in order.</summary>
    public IReadOnlyList<int> Pids =>
        [.. Said.Where(line => line.StartsWith("pid ", StringComparison.Ordinal)).Select(line => int.Parse(line[4..], CultureInfo.InvariantCulture))];

    /// <summary>Starts a guard; under what stands in for systemd if its descriptors are to be kept.</summary>
    public static async Task<GuardStage> StartAsync(bool kept = false, bool hasLastResort = false, params string[] options)
    {
        var binary = GuardBinary.Path;
        var stage = new GuardStage();
        string[] arguments = ["--device", stage.folder["watchdog"], "--socket", stage.Socket, "--timeout", "2", .. options, .. hasLastResort ? ["--stand-in-reset", stage.folder["reset"]] : Array.Empty<string>()];
        _ = kept ? stage.Start("python3", [StandIn("systemd-keeper.py"), binary, .. arguments]) : stage.Start(binary, arguments);
        using var client = stage.Client();
        await Until.TrueAsync(() => client.QueryAsync(CancellationToken.None).Result.IsOk);
        return stage;
    }

    public GuardClient Client(Action<GuardStatus>? notice = null) =>
        new(Socket, BootIdentity.Read().Value, TimeProvider.System, notice ?? (_ => { }));

    /// <summary>A process that arms and renews.</summary>
    public Process Agent(int leaseMilliseconds, int everyMilliseconds, string manner = "") => Start(
        "python3",
        [StandIn("guard-agent.py"), Socket, Text(leaseMilliseconds), Text(everyMilliseconds), manner]);

    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Text(process)]);
        kill.WaitForExit();
    }

    /// <summary>The status, asked by nobody in particular.</summary>
    public async Task<GuardStatus> StatusAsync()
    {
        using var client = Client();
        var status = await client.QueryAsync(CancellationToken.None);
        Assert.IsTrue(status.IsOk, status.Fault?.ToString());
        return status.Value;
    }

    /// <summary>Waits for an instant of the boot clock.</summary>
    public Task PassedAsync(Instant instant) => Until.TrueAsync(() => Now > instant);

    /// <summary>The guard fed to the last, and not a moment longer.</summary>
    public void FedUntil(Instant deadline)
    {
        const long beat = 125_000_000;
        const long load = 200_000_000;
        var last = Device.Feeds[^1];
        Assert.IsLessThan(deadline.Nanoseconds, last, "fed after the deadline");
        Assert.IsGreaterThan(deadline.Nanoseconds - beat - load, last, "stopped feeding too early");
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        reset.Write("e"u8);
        counting.Join();
        reset.Dispose();
        Device.Dispose();
        folder.Dispose();
    }

    private static string StandIn(string name) => Path.Combine(Repository.Root, "tests/Tests/Guard/StandIns", name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
        return process;
    }

    private void CountResets()
    {
        while (reset.ReadByte() == 'b')
        {
            _ = Interlocked.Increment(ref resets);
        }
    }

    private void Hear(string? line)
    {
        lock (said)
        {
            said.Add(line ?? "");
        }
    }
}
