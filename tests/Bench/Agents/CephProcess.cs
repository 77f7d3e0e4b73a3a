using System.Diagnostics;
using System.Text.Json.Nodes;
using NodeAgent.Bench.Running;

namespace NodeAgent.Bench.Agents;

/// <summary>A real Ceph on loopback, run by the tests' cluster.py; gone with this process.</summary>
internal sealed class CephProcess : IAsyncDisposable
{
    private static readonly string[] Programs = ["ceph-mon", "ceph-mgr", "ceph-osd", "rbd"];

    private readonly Process script;

    private CephProcess(Process script, string configuration)
    {
        this.script = script;
        Configuration = configuration;
    }

    /// <summary>The path of its configuration.</summary>
    public string Configuration { get; }

    public static async Task<CephProcess> StartAsync(string folder)
    {
        if (Programs.FirstOrDefault(program => !File.Exists("/usr/bin/" + program)) is { } missing)
        {
            throw new CannotRunException($"{missing} is not installed (packages ceph-mon, ceph-mgr, ceph-osd, ceph-common)");
        }

        var start = new ProcessStartInfo("/usr/bin/python3", [Path.GetFullPath("tests/Tests/Plugins/Ceph/cluster.py"), folder, "patient"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var started = Process.Start(start)!;
        var line = await started.StandardOutput.ReadLineAsync();
        return line?.StartsWith("ready ", StringComparison.Ordinal) == true
            ? new CephProcess(started, JsonNode.Parse(line[6..])!["conf"]!.GetValue<string>())
            : throw new CannotRunException("the cluster did not start; its reason stands above");
    }

    /// <summary>Runs the rbd command, as an operator would.</summary>
    public async Task RbdAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/rbd", ["-c", Configuration, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new CannotRunException($"rbd {string.Join(' ', arguments)}: {await errors}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        script.StandardInput.Close();
        await script.WaitForExitAsync();
        script.Dispose();
    }
}
