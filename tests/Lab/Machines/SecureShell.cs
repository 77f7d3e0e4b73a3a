using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>ssh to one node over one shared connection.</summary>
public sealed class SecureShell(LabNetwork network, QemuArguments arguments, int node) : IDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);

    private string Control => Path.Combine(arguments.Folder, "ssh");

    private IReadOnlyList<string> Common =>
    [
        "-i", arguments.Image.Key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
        "-o", "ConnectTimeout=20", "-o", "BatchMode=yes", "-o", $"ControlPath={Control}",
    ];

    private string Target => $"root@10.77.0.1{node}";

    public IReadOnlyList<string> Arguments(string command) =>
        network.Inside(["ssh", .. Common, "-o", "ControlMaster=no", Target, command]);

    /// <summary>A connection of its own: it must neither wait for nor end that of a running scenario.</summary>
    public IReadOnlyList<string> InteractiveArguments(IReadOnlyList<string> command) =>
        network.Inside(["ssh", .. command.Count == 0 ? ["-t"] : Array.Empty<string>(), "-o", "ControlPath=none", .. Common, Target, .. command]);

    public async Task<Finished> RunAsync(string command, TimeSpan limit, CancellationToken cancel, string? input)
    {
        await ConnectAsync(cancel);
        var done = await Shell.RunAsync(Arguments(command), limit, cancel, input);
        return done with { Command = $"node{node}: {command}" };
    }

    public async Task CopyToAsync(string local, string remote, CancellationToken cancel)
    {
        await ConnectAsync(cancel);
        (await Shell.RunAsync(network.Inside(["scp", "-q", "-r", .. Common, local, $"{Target}:{remote}"]), TimeSpan.FromMinutes(5), cancel)).Expect();
    }

    public async Task CopyFromAsync(string remote, string local, CancellationToken cancel)
    {
        await ConnectAsync(cancel);
        (await Shell.RunAsync(network.Inside(["scp", "-q", "-r", .. Common, $"{Target}:{remote}", local]), TimeSpan.FromMinutes(5), cancel)).Expect();
    }

    /// <summary>The shared connection led to a machine that is gone.</summary>
    public void Forget()
    {
        if (File.Exists(Control))
        {
            using var exit = Shell.Start(["ssh", "-o", $"ControlPath={Control}", "-O", "exit", Target]);
            if (!exit.WaitForExit(TimeSpan.FromSeconds(3)))
            {
                exit.Kill();
            }

            File.Delete(Control);
        }
    }

    public void Dispose() => _connecting.Dispose();

    private async Task ConnectAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel);
        try
        {
            if (!File.Exists(Control))
            {
                // Apart and with closed pipes: a connection that outlives its command would keep the command's pipes open.
                var master = network.Inside(
                    ["ssh", .. Common, "-o", "ControlMaster=yes", "-o", "ControlPersist=600", "-o", "ServerAliveInterval=15", "-N", "-f", Target]);
                var line = string.Join(' ', master.Select(Shell.Quote)) + " </dev/null >/dev/null 2>&1";
                await Shell.RunAsync(["sh", "-c", line], TimeSpan.FromSeconds(30), cancel);
            }
        }
        finally
        {
            _connecting.Release();
        }
    }
}
