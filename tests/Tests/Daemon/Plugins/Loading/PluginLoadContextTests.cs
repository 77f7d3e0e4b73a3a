using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Loading;

/// <summary>What McMaster.NETCore.Plugins tests, and what its users miss.</summary>
[TestClass]
public sealed class PluginLoadContextTests
{
    private static readonly Fixture TellsLib = new()
    {
        Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, Lib.Thing.Version()))",
    };

    private static readonly VolumeId Volume = new(new UnitId(new BackendId("tank"), "u"), "v");

    [TestMethod]
    public async Task Contract_types_are_the_hosts()
    {
        using var yard = new PluginYard();
        var backend = await MakeAsync(yard, yard.Install(new Fixture()));
        Assert.IsInstanceOfType<IVolumes>(backend);
        Assert.AreSame(typeof(IBackend).Assembly, backend.GetType().GetInterface(nameof(IBackend))!.Assembly);
    }

    [TestMethod]
    public async Task Framework_types_are_shared()
    {
        using var yard = new PluginYard();
        var backend = await MakeAsync(yard, yard.Install(new Fixture { BackendMembers = "public System.Text.Json.JsonDocument? D;" }));
        Assert.AreSame(typeof(System.Text.Json.JsonDocument), backend.GetType().GetField("D")!.FieldType);
    }

    [TestMethod]
    public async Task Each_plugin_has_its_own_version_of_a_dependency()
    {
        using var yard = new PluginYard();
        var old = await MakeAsync(yard, yard.Install(TellsLib, "old", files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]));
        var young = await MakeAsync(yard, yard.Install(TellsLib, "young", files: [("Lib.dll", FailingLoadTests.Lib("2.0.0.0"))]));
        Assert.AreEqual("1.0.0.0", await TellAsync(old));
        Assert.AreEqual("2.0.0.0", await TellAsync(young));
    }

    [TestMethod]
    public async Task The_same_dependency_in_two_plugins_is_two_types()
    {
        using var yard = new PluginYard();
        var fixture = TellsLib with { BackendMembers = "public static Type T => typeof(Lib.Thing);" };
        var one = await MakeAsync(yard, yard.Install(fixture, "one", files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]));
        var two = await MakeAsync(yard, yard.Install(fixture, "two", files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]));
        Assert.AreNotSame(one.GetType().GetProperty("T")!.GetValue(null), two.GetType().GetProperty("T")!.GetValue(null));
    }

    [TestMethod]
    [DataRow("1.0.0.0", DisplayName = "downgrade")]
    [DataRow("99.0.0.0", DisplayName = "upgrade")]
    public async Task A_plugin_may_bring_an_older_or_newer_version_of_what_the_host_uses(string version)
    {
        using var yard = new PluginYard();
        var own = Compiler.Compile(
            "YamlDotNet", $"namespace YamlDotNet.Core; public static class Own {{ public static string V => \"{version}\"; }}", version, withContract: false);
        var fixture = new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, YamlDotNet.Core.Own.V))" };
        var backend = await MakeAsync(yard, yard.Install(fixture, files: [("YamlDotNet.dll", own)]));
        Assert.AreEqual(version, await TellAsync(backend));
        Assert.AreNotEqual(version, typeof(YamlDotNet.Core.Mark).Assembly.GetName().Version!.ToString());
    }

    [TestMethod]
    [DataRow("fixturenative")]
    [DataRow("libfixturenative")]
    [DataRow("libfixturenative.so")]
    public async Task A_native_library_is_found_by_any_of_its_names(string import)
    {
        using var yard = new PluginYard();
        var backend = await MakeAsync(yard, yard.Install(Native(import), files: [("libfixturenative.so", NativeBytes())]));
        Assert.AreEqual(Environment.ProcessId.ToString(), await TellAsync(backend));
    }

    [TestMethod]
    public async Task The_same_native_library_in_two_plugins_does_no_harm()
    {
        using var yard = new PluginYard();
        var one = await MakeAsync(yard, yard.Install(Native("fixturenative"), "one", files: [("libfixturenative.so", NativeBytes())]));
        var two = await MakeAsync(yard, yard.Install(Native("fixturenative"), "two", files: [("libfixturenative.so", NativeBytes())]));
        Assert.AreEqual(await TellAsync(one), await TellAsync(two));
    }

    [TestMethod]
    public async Task A_native_library_that_is_missing_is_a_fault_and_not_a_death()
    {
        using var yard = new PluginYard();
        yard.Install(Native("fixtureabsent"));
        await using var host = await yard.StartAsync();
        var outcome = await host.Backend(new BackendId("tank"))!.Ability<IVolumes>()!.GetAsync(Volume, CancellationToken.None);
        Assert.AreEqual(FaultCode.Internal, outcome.Fault!.Code);
        Assert.Contains("fixtureabsent", outcome.Fault.Native!);
    }

    [TestMethod]
    public async Task Satellite_assemblies_are_loaded_from_their_culture_folder()
    {
        using var yard = new PluginYard();
        var satellite = Compiler.Compile(
            "Fixture.resources", "[assembly: System.Reflection.AssemblyCulture(\"de\")]", "1.0.0.0", withContract: false);
        var path = yard.Install(new Fixture(), files: [("de/Fixture.resources.dll", satellite)]);
        var plugin = (await yard.LoadAsync(path)).Plugin!;
        var loaded = plugin.Context.LoadFromAssemblyName(
            new System.Reflection.AssemblyName("Fixture.resources, Version=1.0.0.0, Culture=de"));
        Assert.AreEqual(Path.Combine(path, "de", "Fixture.resources.dll"), loaded.Location);
    }

    [TestMethod]
    public async Task Resources_of_the_default_culture_are_found()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture
        {
            Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, new System.Resources.ResourceManager(\"none\", typeof(Backend).Assembly).BaseName))",
        };
        var backend = await MakeAsync(yard, yard.Install(fixture));
        Assert.AreEqual("none", await TellAsync(backend));
    }

    [TestMethod]
    public async Task A_plugin_knows_where_its_files_lie()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, typeof(Backend).Assembly.Location))" };
        var path = yard.Install(fixture);
        Assert.AreEqual(Path.Combine(path, "Fixture.dll"), await TellAsync(await MakeAsync(yard, path)));
    }

    [TestMethod]
    public async Task A_plugin_is_really_unloaded()
    {
        using var yard = new PluginYard();
        var path = yard.Install(TellsLib, files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        var report = await UnloadVerifier.VerifyAsync(await UseAndUnloadAsync(yard, path), "fixture", "1.0.0");
        Assert.IsTrue(report.IsProven);
        Assert.IsLessThanOrEqualTo(UnloadVerifier.MostRounds, report.Rounds);
    }

    [TestMethod]
    public async Task A_plugin_that_clings_to_the_process_is_told()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture
        {
            FactoryMembers = "public Factory() { new Thread(() => { lock (typeof(Factory)) { Thread.Sleep(Timeout.Infinite); } }) { IsBackground = true }.Start(); }",
        };
        var report = await UnloadVerifier.VerifyAsync(await UseAndUnloadAsync(yard, yard.Install(fixture)), "fixture", "1.0.0");
        Assert.IsFalse(report.IsProven);
        Assert.AreEqual(UnloadVerifier.MostRounds, report.Rounds);
    }

    [TestMethod]
    public async Task After_preload_files_may_be_deleted_and_a_dependency_is_still_found_at_its_first_use()
    {
        using var yard = new PluginYard();
        var path = yard.Install(TellsLib, files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        var plugin = (await yard.LoadAsync(path)).Plugin!;
        var report = PluginPreload.LoadAll(plugin.Context, path, yard.Time);
        Assert.AreEqual(2, report.Assemblies);
        Assert.IsEmpty(report.Left);
        Directory.Delete(path, recursive: true);
        Assert.AreEqual("1.0.0.0", await TellAsync(Make(yard, plugin)));
    }

    [TestMethod]
    public async Task Without_preload_a_deleted_dependency_is_missed_so_the_test_above_means_something()
    {
        using var yard = new PluginYard();
        var path = yard.Install(TellsLib, files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        var plugin = (await yard.LoadAsync(path)).Plugin!;
        Directory.Delete(path, recursive: true);
        await Assert.ThrowsAsync<FileNotFoundException>(() => TellAsync(Make(yard, plugin)));
    }

    [TestMethod]
    public async Task After_preload_a_newer_version_over_the_files_does_not_reach_the_running_plugin()
    {
        using var yard = new PluginYard();
        var path = yard.Install(TellsLib, files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        var plugin = (await yard.LoadAsync(path)).Plugin!;
        PluginPreload.LoadAll(plugin.Context, path, yard.Time);
        File.WriteAllBytes(Path.Combine(path, "Lib.dll.new"), FailingLoadTests.Lib("2.0.0.0"));
        File.Move(Path.Combine(path, "Lib.dll.new"), Path.Combine(path, "Lib.dll"), overwrite: true);
        Assert.AreEqual("1.0.0.0", await TellAsync(Make(yard, plugin)));
    }

    [TestMethod]
    public async Task Twenty_loads_at_once_do_not_disturb_each_other()
    {
        using var yard = new PluginYard();
        var path = yard.Install(TellsLib, files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        var told = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await TellAsync(await MakeAsync(yard, path))));
        Assert.IsTrue(told.All(text => text == "1.0.0.0"));
    }

    private static Fixture Native(string import) => new()
    {
        Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, GetPid().ToString()))",
        BackendMembers = $"[DllImport(\"{import}\", EntryPoint = \"SystemNative_GetPid\")] private static extern int GetPid();",
    };

    private static byte[] NativeBytes() =>
        File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"));

    private static async Task<IBackend> MakeAsync(PluginYard yard, string path)
    {
        var loading = await yard.LoadAsync(path);
        Assert.IsNotNull(loading.Plugin, string.Join('\n', loading.Verdicts));
        return Make(yard, loading.Plugin);
    }

    private static IBackend Make(PluginYard yard, LoadedPlugin plugin) => plugin.Factory.Create(new BackendContext(
        new BackendId("tank"), new NodeId("n1"), new Dictionary<string, string>(), yard.State, new NoCommands(), yard.Time, yard.Log)).Value;

    private static async Task<string?> TellAsync(IBackend backend) =>
        (await ((IVolumes)backend).GetAsync(Volume, CancellationToken.None)).Value.Path;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAndUnloadAsync(PluginYard yard, string path)
    {
        var plugin = (await yard.LoadAsync(path)).Plugin!;
        await TellAsync(Make(yard, plugin));
        return plugin.Unload();
    }
}
