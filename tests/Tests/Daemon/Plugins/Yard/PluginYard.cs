using System.Text.Json;

using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

/// <summary>A plugin root, a state folder and a clock for one test.</summary>
internal sealed class PluginYard : IDisposable
{
    private readonly TempFolder folder = new();

    public string Root => folder["plugins"];

    public string State => folder["state"];

    public ManualTimeProvider Time { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public RecordingLog Log { get; } = new();

    public GuardPolicy Policy { get; set; } = new();

    /// <summary>Installs a fixture as ROOT/ID/VERSION and returns that folder.</summary>
    public string Install(
        Fixture fixture, string id = "fixture", string? version = null, string contract = "1.0",
        string factory = "Fixture.Factory", params IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var path = Path.Combine(Root, id, version ?? fixture.Version);
        Directory.CreateDirectory(path);
        (string Name, byte[] Bytes)[] all = [.. files];
        foreach (var (name, bytes) in all)
        {
            var file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }

        var references = all.Where(file => file.Name.EndsWith(".dll", StringComparison.Ordinal)
            && !file.Name.Contains(".resources", StringComparison.Ordinal)).Select(file => file.Bytes);
        File.WriteAllBytes(
            Path.Combine(path, "Fixture.dll"),
            Compiler.Compile("Fixture", fixture.Source, references: references));
        WriteManifest(path, id, version ?? fixture.Version, contract, factory);
        return path;
    }

    public static void WriteManifest(
        string path, string id = "fixture", string version = "1.0.0", string contract = "1.0",
        string factory = "Fixture.Factory", string assembly = "Fixture.dll", IReadOnlyDictionary<string, string>? sha256 = null, string trial = "none") =>
        File.WriteAllText(Path.Combine(path, PluginManifest.FileName), JsonSerializer.Serialize(new
        {
            id,
            version,
            contract,
            assembly,
            factory,
            commands = Array.Empty<string>(),
            devices = Array.Empty<string>(),
            sha256 = sha256 ?? new Dictionary<string, string>(),
            trial,
        }).Replace(",\"trial\":\"none\"", "", StringComparison.Ordinal));

    public PluginHost Host() => new(
        new PluginHostSettings
        {
            Node = new NodeId("n1"), StateDirectory = State, Root = Root, CheckOwnership = false, Policy = Policy,
        },
        new PluginSurroundings((_, _) => new NoCommands(), _ => Log),
        Time,
        Observer);

    /// <summary>A host with one backend "tank" of the plugin.</summary>
    public async Task<PluginHost> StartAsync(string kind = "fixture", params IEnumerable<(string, string)> options)
    {
        var host = Host();
        await host.StartAsync([Tank(kind, options)], CancellationToken.None);
        return host;
    }

    public static BackendSettings Tank(string kind = "fixture", params IEnumerable<(string Name, string Value)> options) =>
        new(new BackendId("tank"), kind, options.ToDictionary(o => o.Name, o => o.Value, StringComparer.Ordinal));

    public PluginLoader Loader() => new(false, new PluginCode(Time, Policy.Grace), Policy.StartDeadline);

    /// <summary>Loads a folder without a host.</summary>
    public Task<PluginLoading> LoadAsync(string path) =>
        Loader().LoadAsync(PluginFolder.Read(path), CancellationToken.None);

    /// <summary>Moves the clock from timer to timer until a task ends.</summary>
    public async Task<T> RunAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Time.AdvanceToNextTimer();
            await Task.Yield();
        }

        return await task;
    }

    /// <summary>Moves the clock over short waits only: slow loading on a busy machine must not look like a hang.</summary>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan longest)
    {
        while (!task.IsCompleted)
        {
            if (Time.UntilNextTimer <= longest)
            {
                Time.AdvanceToNextTimer();
            }

            await Task.Yield();
        }

        return await task;
    }

    public void Dispose() => folder.Dispose();
}
