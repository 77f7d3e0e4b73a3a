using System.Globalization;

using NodeAgent.Contract;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Tests.Linux.Bus;

/// <summary>
/// A real systemd with its bus, booted in a container from this machine's own /usr, with nothing else of this machine.
/// One for all tests of this process.
/// </summary>
internal sealed class BootedSystemd : IAsyncDisposable
{
    private readonly CancellationTokenSource over = new();
    private Task running = Task.CompletedTask;
    private string root = "";

    private BootedSystemd()
    {
    }

    /// <summary>The address of its bus.</summary>
    public string Address => $"unix:path={root}/run/dbus/system_bus_socket";

    /// <summary>Why there is none here; null if it can be tried.</summary>
    public static string? Missing => !File.Exists("/usr/bin/systemd-nspawn")
        ? "systemd-nspawn is not installed (package systemd-container)"
        : Environment.UserName != "root" ? "booting a container needs root" : null;

    /// <summary>Boots; a reason if the machine will not.</summary>
    public static async Task<Outcome<BootedSystemd>> BootAsync()
    {
        var machine = new BootedSystemd();
        var runner = new CommandRunner(new CommandRunnerOptions(), TimeProvider.System);
        string[] arguments =
        [
            "--directory=/", "--volatile=yes", "--boot", "--register=no", "--keep-unit", "--private-network",
            "--console=pipe", $"--machine=na-test-{Environment.ProcessId}",
            "--bind-ro=/etc/passwd", "--bind-ro=/etc/group", "--bind-ro=/etc/nsswitch.conf",
        ];
        var booted = runner.RunAsync(
            new Command("systemd-nspawn", arguments)
            {
                Deadline = TimeSpan.FromMinutes(30),
                Environment = new Dictionary<string, string> { ["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] = "1" },
            },
            machine.over.Token);
        machine.running = booted;
        for (var tries = 0; tries < 6000 && !booted.IsCompleted; tries++)
        {
            if (runner.Running.FirstOrDefault() is { } nspawn && InitUnder(nspawn.Pid) is { } init
                && File.Exists($"/proc/{init}/root/run/dbus/system_bus_socket"))
            {
                machine.root = $"/proc/{init}/root";
                return machine;
            }

            await Task.Delay(10);
        }

        var said = booted.IsCompleted ? await booted : new Outcome<CommandResult>();
        await machine.DisposeAsync();
        return new Fault(
            FaultCode.PreconditionFailed, "no systemd could be booted", said.Fault?.ToString() ?? said.Value?.ErrorOutput ?? "it took too long", "", Retry.Never);
    }

    /// <summary>Puts a unit file in; systemd must be told to reload if it knew another of that name.</summary>
    public void Unit(string name, string text)
    {
        _ = Directory.CreateDirectory($"{root}/run/systemd/system");
        File.WriteAllText($"{root}/run/systemd/system/{name}", text);
    }

    /// <summary>A file as systemd's units see it.</summary>
    public string In(string path) => root + path;

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }

        over.Dispose();
    }

    private static int? InitUnder(int pid)
    {
        foreach (var child in ChildrenOf(pid))
        {
            if (CommOf(child) == "systemd")
            {
                return child;
            }

            if (InitUnder(child) is { } deeper)
            {
                return deeper;
            }
        }

        return null;
    }

    private static int[] ChildrenOf(int pid)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string CommOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
