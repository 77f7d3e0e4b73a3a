using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>
/// A real Ceph of three hosts on loopback, run by cluster.py. It ends when this process does, however that ends: the
/// script reads the end of its input, and its daemons die with it.
/// </summary>
internal sealed class CephCluster : IDisposable
{
    /// <summary>Tests of this category run in a process of their own: librbd runs inside it, and ends it if it aborts.</summary>
    public const string Category = "RealCeph";

    private static readonly string[] Programs = ["ceph-mon", "ceph-mgr", "ceph-osd", "ceph-authtool", "monmaptool", "rbd"];
    private static readonly Lock Starting = new();
    private static Task<CephCluster>? one;

    private readonly Process script;
    private readonly SemaphoreSlim turn = new(1);
    private bool hasLostMonitors;

    private CephCluster(Process script, JsonNode told)
    {
        this.script = script;
        Configuration = told["conf"]!.GetValue<string>();
        StartSeconds = told["seconds"]!.GetValue<double>();
        Pids = told["pids"]!.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<int>(), StringComparer.Ordinal);
    }

    /// <summary>The path of its configuration.</summary>
    public string Configuration { get; }

    public double StartSeconds { get; }

    public Dictionary<string, int> Pids { get; }

    /// <summary>What keeps a cluster from being started; null if nothing.</summary>
    public static string? Missing => Programs.Where(p => !File.Exists("/usr/bin/" + p)).ToList() is { Count: > 0 } missing
        ? $"{string.Join(", ", missing)} not installed (packages ceph-mon, ceph-mgr, ceph-osd, ceph-common)"
        : null;

    /// <summary>The one that all tests share which leave it whole. Inconclusive without Ceph's packages.</summary>
    public static Task<CephCluster> SharedAsync()
    {
        if (Missing is { } missing)
        {
            Assert.Inconclusive(missing);
        }

        lock (Starting)
        {
            return one ??= StartAsync(isPatient: true);
        }
    }

    /// <summary>One of its own, for tests that break it.</summary>
    /// <param name="isPatient">True to call nothing dead that is only slow; false to notice at once what died.</param>
    public static async Task<CephCluster> StartAsync(bool isPatient = false)
    {
        if (Missing is { } missing)
        {
            Assert.Inconclusive(missing);
        }

        var folder = Path.Join(Path.GetTempPath(), "nodeagent-ceph-" + Path.GetRandomFileName());
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { Path.Join(Repository.Root, "tests/Tests/Plugins/Ceph/cluster.py"), folder },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isPatient)
        {
            start.ArgumentList.Add("patient");
        }

        var started = Process.Start(start)!;
        var errors = started.StandardError.ReadToEndAsync();
        var line = await started.StandardOutput.ReadLineAsync();
        return line?.StartsWith("ready ", StringComparison.Ordinal) == true
            ? new CephCluster(started, JsonNode.Parse(line[6..])!)
            : throw new AssertFailedException($"Ceph did not start: {await errors}");
    }

    public Task KillAsync(string daemon)
    {
        hasLostMonitors |= daemon.StartsWith("mon.", StringComparison.Ordinal);
        return TellAsync("kill", daemon);
    }

    public Task FreezeAsync(string daemon) => TellAsync("freeze", daemon);

    public Task ThawAsync(string daemon) => TellAsync("thaw", daemon);

    public Task StartAgainAsync(string daemon) => TellAsync("start", daemon);

    /// <summary>
    /// All daemons run again, whatever a test that broke off did to them. After a monitor was lost the manager is started anew: one that shook hands with
    /// it just then waits for it for ever (Ceph 16), answers meanwhile, and is called gone 10 s after the quorum is back, in the midst of the next test.
    /// </summary>
    public async Task HealAsync()
    {
        if (hasLostMonitors)
        {
            hasLostMonitors = false;
            await TellAsync("kill", "mgr.x");
        }

        foreach (var daemon in Pids.Keys.ToList())
        {
            await TellAsync("heal", daemon);
        }
    }

    /// <summary>Runs one of Ceph's own programs, as an operator would.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("/usr/bin/" + command[0]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Configuration);
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {await errors}");
        return output;
    }

    /// <summary>The id of an image in the pool "hot".</summary>
    public async Task<string> IdOfAsync(string image) =>
        JsonNode.Parse(await RunAsync("rbd", "info", $"hot/{image}", "--format", "json"))!["id"]!.GetValue<string>();

    /// <summary>Who is shut out, and how long.</summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> ShutOutAsync()
    {
        // Told twice, one list after the other. "2031-11-21T04:00:00.000000+0000" is the monitors' wall clock.
        var told = Encoding.UTF8.GetBytes(await RunAsync("ceph", "osd", "blocklist", "ls", "--format", "json"));
        return First(told).ToDictionary(
            one => one!["addr"]!.GetValue<string>(),
            one => DateTimeOffset.ParseExact(one!["until"]!.GetValue<string>(), "yyyy-MM-ddTHH:mm:ss.ffffffzzz", null) - DateTimeOffset.UtcNow, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        script.StandardInput.Close();
        script.WaitForExit();
        script.Dispose();
        turn.Dispose();
    }

    private static JsonArray First(byte[] told)
    {
        var reader = new Utf8JsonReader(told);
        return JsonNode.Parse(ref reader)!.AsArray();
    }

    private async Task TellAsync(string verb, string daemon)
    {
        await turn.WaitAsync();
        try
        {
            await script.StandardInput.WriteLineAsync($"{verb} {daemon}");
            await script.StandardInput.FlushAsync();
            var answer = await script.StandardOutput.ReadLineAsync();
            Assert.IsTrue(answer?.StartsWith("done ", StringComparison.Ordinal) == true, $"{verb} {daemon}: {answer}");
            Pids[daemon] = int.Parse(answer![5..], System.Globalization.CultureInfo.InvariantCulture);
        }
        finally
        {
            turn.Release();
        }
    }
}
