using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>One virtual machine: what a scenario does to it and asks of it.</summary>
public sealed class LabNode(int number, LabNetwork network, QemuArguments arguments) : IDisposable
{
    private const int MostDeaths = 2;
    private readonly SecureShell _shell = new(network, arguments, number);
    private Qmp? _qmp;

    public int Number => number;

    public string Name => $"node{number}";

    public string Folder => arguments.Folder;

    public string Console => arguments.Console;

    public bool IsRunning => Pid is not null;

    public IReadOnlyCollection<QmpEvent> Events => _qmp?.Events ?? [];

    /// <summary>The recorded process, if it is alive and still the one that was recorded.</summary>
    public int? Pid =>
        File.Exists(arguments.PidFile)
        && int.TryParse(File.ReadAllText(arguments.PidFile), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid)
        && File.Exists($"/proc/{pid}/cmdline")
        && File.ReadAllText($"/proc/{pid}/cmdline").Contains(arguments.PidFile, StringComparison.Ordinal)
            ? pid
            : null;

    public string Address(Link link) => $"10.77.{(int)link}.1{number}";

    public string DataDisk(int disk) => $"/dev/disk/by-id/virtio-n{number}d{disk}";

    /// <summary>Runs a shell command on the node as root.</summary>
    public Task<Finished> RunAsync(string command, TimeSpan? limit = null, CancellationToken cancel = default, string? input = null) =>
        _shell.RunAsync(command, limit ?? TimeSpan.FromSeconds(60), cancel, input);

    /// <summary>Runs a command that must succeed; returns its output without the last line end.</summary>
    public async Task<string> ExpectAsync(string command, TimeSpan? limit = null, CancellationToken cancel = default, string? input = null) =>
        (await RunAsync(command, limit, cancel, input)).Expect().TrimEnd('\n');

    /// <summary>Starts a command that goes on; its lines are told as they come.</summary>
    public RemoteCommand Start(string command, Action<string> onLine) => new(_shell.Arguments(command), onLine);

    public Task CopyToAsync(string local, string remote, CancellationToken cancel = default) => _shell.CopyToAsync(local, remote, cancel);

    public Task CopyFromAsync(string remote, string local, CancellationToken cancel = default) => _shell.CopyFromAsync(remote, local, cancel);

    /// <summary>Waits until a command succeeds on the node.</summary>
    public Task<TimeSpan> UntilAsync(string what, string command, TimeSpan limit, CancellationToken cancel = default) =>
        Patience.UntilAsync(
            $"{Name}: {what}", limit, cancel,
            async () => (await RunAsync(command, TimeSpan.FromSeconds(60), cancel)).Ok, TimeSpan.FromMilliseconds(300));

    /// <summary>Fresh disks: nothing of an earlier life is left.</summary>
    public async Task WipeAsync(string rootBacking, string backingFormat, CancellationToken cancel, Func<int, string>? dataDisks = null)
    {
        PowerCut();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);
        (await Shell.RunAsync(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-b", rootBacking, "-F", backingFormat, arguments.RootDisk],
            TimeSpan.FromSeconds(30), cancel)).Expect();
        for (var disk = 1; disk <= QemuArguments.DataDisks; disk++)
        {
            string[] make = dataDisks is not null && File.Exists(dataDisks(disk))
                ? ["cp", "--sparse=always", "--reflink=auto", dataDisks(disk), arguments.DataDisk(disk)]
                : ["truncate", "-s", QemuArguments.DataDiskSize, arguments.DataDisk(disk)];
            (await Shell.RunAsync(make, TimeSpan.FromSeconds(60), cancel)).Expect();
        }
    }

    /// <summary>Turns the machine on with the disks it has.</summary>
    public async Task PowerOnAsync(CancellationToken cancel, bool incoming = false)
    {
        if (IsRunning)
        {
            return;
        }

        _shell.Forget();
        Forget(Console);
        var started = await Shell.RunAsync(network.Inside([.. arguments.Build(incoming)]), TimeSpan.FromSeconds(60), cancel);
        started.Expect();
        _qmp?.Dispose();
        _qmp = await Qmp.ConnectAsync(arguments.Monitor, cancel);
    }

    /// <summary>
    /// Waits until it has booted. QEMU's emulator dies of an assertion in a boot now and then: that is told, and the machine turned on again,
    /// for nothing that it had flushed is lost with it.
    /// </summary>
    public Task<TimeSpan> WaitReadyAsync(CancellationToken cancel, int boot = 1)
    {
        var deaths = 0;
        return Patience.UntilAsync($"{Name} says READY on its console ({Console})", TimeSpan.FromMinutes(4), cancel, async () =>
        {
            if (boot == 1 && !IsRunning && deaths++ < MostDeaths)
            {
                Say.Line($"{Name}: QEMU died while it booted, turned on again: {(File.Exists(arguments.Log) ? (await File.ReadAllTextAsync(arguments.Log, cancel)).Trim() : "it said nothing")}");
                await PowerOnAsync(cancel);
            }

            var said = File.Exists(Console) ? await File.ReadAllTextAsync(Console, cancel) : string.Empty;
            return said.Contains("Kernel panic", StringComparison.Ordinal)
                ? throw new LabFailure($"{Name}: kernel panic, see {Console}")
                : said.Split("LAB-READY").Length > boot;
        });
    }

    /// <summary>The plug is pulled: QEMU is killed where it stands.</summary>
    public void PowerCut()
    {
        if (Pid is { } pid)
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
            SpinWait.SpinUntil(() => Pid is null, TimeSpan.FromSeconds(10));
        }

        Forget(arguments.PidFile);
        _shell.Forget();
        _qmp?.Dispose();
        _qmp = null;
    }

    public async Task PauseAsync(CancellationToken cancel) => await CommandAsync("stop", null, cancel);

    public async Task ResumeAsync(CancellationToken cancel) => await CommandAsync("cont", null, cancel);

    /// <summary>An orderly reboot; returns when the node answers again.</summary>
    public async Task RebootAsync(CancellationToken cancel)
    {
        var boots = await BootsAsync(cancel);
        await RunAsync("systemctl reboot", TimeSpan.FromSeconds(30), cancel);
        _shell.Forget();
        await WaitReadyAsync(cancel, boots);
        await UntilAsync("answers after a reboot", "true", TimeSpan.FromSeconds(60), cancel);
    }

    /// <summary>The reset button: the machine begins anew where it stands; disks keep what the guest had flushed.</summary>
    public async Task ResetAsync(CancellationToken cancel)
    {
        await CommandAsync("system_reset", null, cancel);
        _shell.Forget();
    }

    /// <summary>How often this machine said READY since it was turned on; for <see cref="WaitReadyAsync"/>.</summary>
    public async Task<int> BootsAsync(CancellationToken cancel) =>
        File.Exists(Console) ? (await File.ReadAllTextAsync(Console, cancel)).Split("LAB-READY").Length : 1;

    /// <summary>
    /// A data disk stops answering, or answers again: it moves a byte a second, and the guest's driver waits for ever. A
    /// machine that is turned on anew has good disks.
    /// </summary>
    public async Task HangDiskAsync(int disk, bool isHung, CancellationToken cancel) =>
        await CommandAsync(
            "block_set_io_throttle",
            new JsonObject { ["device"] = $"d{disk}", ["bps"] = isHung ? 1 : 0, ["bps_rd"] = 0, ["bps_wr"] = 0, ["iops"] = 0, ["iops_rd"] = 0, ["iops_wr"] = 0 },
            cancel);

    public Task CutLinkAsync(Link link, CancellationToken cancel) => network.SetAsync(link, number, up: false, cancel);

    public Task RestoreLinkAsync(Link link, CancellationToken cancel) => network.SetAsync(link, number, up: true, cancel);

    public Task<QmpEvent> WaitEventAsync(string name, DateTimeOffset since, TimeSpan limit, CancellationToken cancel) =>
        (_qmp ?? throw new LabFailure($"{Name} is off")).WaitForAsync(name, since, limit, cancel);

    /// <summary>Writes memory and device state to a file; the machine stays paused.</summary>
    public async Task SaveStateAsync(string file, CancellationToken cancel)
    {
        await CommandAsync("migrate-set-parameters", new JsonObject { ["max-bandwidth"] = 8L << 30 }, cancel);
        await CommandAsync("migrate", new JsonObject { ["uri"] = $"exec:cat > {Shell.Quote(file)}" }, cancel);
        await MigratedAsync(cancel);
    }

    /// <summary>Reads a state written by <see cref="SaveStateAsync"/> into a machine started for it; it stays paused.</summary>
    public async Task LoadStateAsync(string file, CancellationToken cancel)
    {
        await CommandAsync("migrate-incoming", new JsonObject { ["uri"] = $"exec:cat {Shell.Quote(file)}" }, cancel);
        await MigratedAsync(cancel);
    }

    /// <summary>After a restored state: the right time, and randomness that no earlier run had.</summary>
    public async Task WakeAsync(CancellationToken cancel)
    {
        // Connecting takes long; the time must not wait for it.
        await ExpectAsync("true", TimeSpan.FromSeconds(60), cancel);
        var now = DateTimeOffset.UtcNow;
        var seed = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(64));
        await ExpectAsync(
            $"date -s @{now.ToUnixTimeMilliseconds() / 1000.0:F3} >/dev/null; echo {seed} > /dev/urandom",
            TimeSpan.FromSeconds(60), cancel);
    }

    /// <summary>What a machine that does not answer looks like from outside, in one line.</summary>
    public async Task<string> LookAsync(CancellationToken cancel)
    {
        var status = await CommandAsync("query-status", null, cancel);
        var neighbour = await Shell.RunAsync(network.Inside("ip", "-s", "neigh", "show", Address(Link.Management)), TimeSpan.FromSeconds(10), cancel);
        var tap = await Shell.RunAsync(network.Inside("ip", "-br", "link", "show", LabNetwork.Tap(Link.Management, number)), TimeSpan.FromSeconds(10), cancel);
        var console = File.Exists(Console) ? (await File.ReadAllTextAsync(Console, cancel)).TrimEnd() : string.Empty;
        return $"{Name}: QEMU {status}; neighbour {neighbour.Output.Trim()}; link {tap.Output.Trim()}; console …{console[Math.Max(0, console.Length - 300)..]}";
    }

    public void Dispose()
    {
        _qmp?.Dispose();
        _shell.Forget();
        _shell.Dispose();
    }

    /// <summary>Takes up the control socket of a machine that an earlier process started.</summary>
    public async Task AttachAsync(CancellationToken cancel)
    {
        if (IsRunning && _qmp is null)
        {
            _qmp = await Qmp.ConnectAsync(arguments.Monitor, cancel);
        }
    }

    private static void Forget(string file)
    {
        if (File.Exists(file))
        {
            File.Delete(file);
        }
    }

    private async Task<System.Text.Json.JsonElement> CommandAsync(string command, JsonObject? with, CancellationToken cancel) =>
        await (_qmp ?? throw new LabFailure($"{Name} is off")).RunAsync(command, with, cancel);

    private Task<TimeSpan> MigratedAsync(CancellationToken cancel) =>
        Patience.UntilAsync($"{Name}: state transfer", TimeSpan.FromMinutes(2), cancel, async () =>
        {
            var state = await CommandAsync("query-migrate", null, cancel);
            var status = state.TryGetProperty("status", out var text) ? text.GetString() : null;
            return status == "failed" ? throw new LabFailure($"{Name}: state transfer failed: {state}") : status == "completed";
        }, TimeSpan.FromMilliseconds(20));
}
