using System.Security.Cryptography;

using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Loading;

[TestClass]
public sealed class FailingLoadTests
{
    [TestMethod]
    public async Task A_good_plugin_passes_every_step()
    {
        using var yard = new PluginYard();
        var loading = await yard.LoadAsync(yard.Install(new Fixture()));
        Assert.IsNotNull(loading.Plugin, string.Join('\n', loading.Verdicts));
        Assert.IsTrue(loading.Verdicts.All(verdict => verdict.Passed));
    }

    [TestMethod]
    public async Task A_missing_assembly_is_named()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        File.Delete(Path.Combine(path, "Fixture.dll"));
        await RefusedAsync(yard, path, LoadStage.Files, "Fixture.dll is not in");
    }

    [TestMethod]
    public async Task A_missing_factory_is_named()
    {
        using var yard = new PluginYard();
        await RefusedAsync(yard, yard.Install(new Fixture(), factory: "Fixture.Absent"), LoadStage.Factory, "no type Fixture.Absent");
    }

    [TestMethod]
    public async Task A_factory_that_is_none_is_refused()
    {
        using var yard = new PluginYard();
        await RefusedAsync(
            yard, yard.Install(new Fixture { FactoryBase = "" }), LoadStage.Factory, "is not an IBackendFactory");
    }

    [TestMethod]
    public async Task A_factory_without_a_plain_constructor_is_refused()
    {
        using var yard = new PluginYard();
        await RefusedAsync(
            yard, yard.Install(new Fixture { FactoryMembers = "public Factory(int x) {}" }), LoadStage.Factory, "cannot be made");
    }

    [TestMethod]
    public async Task A_constructor_that_throws_is_told_with_its_message()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture { FactoryMembers = "public Factory() => throw new InvalidOperationException(\"no luck\");" };
        await RefusedAsync(yard, yard.Install(fixture), LoadStage.Factory, "no luck");
    }

    [TestMethod]
    public async Task A_static_constructor_that_throws_is_told_and_not_swallowed()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture { FactoryMembers = "static Factory() => throw new InvalidOperationException(\"no luck\");" };
        await RefusedAsync(yard, yard.Install(fixture), LoadStage.Factory, "TypeInitializationException");
    }

    [TestMethod]
    public async Task A_constructor_that_hangs_is_left_behind_at_the_deadline()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture { FactoryMembers = "public Factory() => new ManualResetEvent(false).WaitOne();" };
        var loading = await yard.RunAsync(yard.LoadAsync(yard.Install(fixture)));
        Assert.IsNull(loading.Plugin);
        Assert.Contains("did not answer in time", loading.Verdicts[^1].Reason);
    }

    [TestMethod]
    [DataRow("2.0", "Upgrade nodeagent")]
    [DataRow("1.1", "Upgrade nodeagent")]
    [DataRow("0.9", "Install a fixture")]
    public async Task A_wrong_contract_is_refused_naming_both_versions_and_the_fix(string contract, string remedy)
    {
        using var yard = new PluginYard();
        var verdict = await RefusedAsync(
            yard, yard.Install(new Fixture(), contract: contract), LoadStage.Contract, $"built for contract {contract}");
        Assert.Contains("serves 1.0", verdict.Reason);
        Assert.Contains(remedy, verdict.Remedy);
    }

    [TestMethod]
    public async Task A_lower_minor_is_served()
    {
        using var yard = new PluginYard();
        var loader = new PluginLoader(false, new PluginCode(yard.Time, yard.Policy.Grace), yard.Policy.StartDeadline)
        {
            Host = new ContractLevel(1, 7),
        };
        var folder = PluginFolder.Read(yard.Install(new Fixture(), contract: "1.3"));
        Assert.IsNotNull((await loader.LoadAsync(folder, CancellationToken.None)).Plugin);
    }

    [TestMethod]
    public async Task An_assembly_built_against_another_major_is_refused_whatever_its_manifest_says()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        var foreign = Compiler.Compile(
            "NodeAgent.Contract", "namespace NodeAgent.Contract; public interface IBackendFactory {}", "2.0.0.0", withContract: false);
        File.WriteAllBytes(Path.Combine(path, "Fixture.dll"), Compiler.Compile(
            "Fixture",
            "namespace Fixture; public class Factory : NodeAgent.Contract.IBackendFactory {}",
            withContract: false,
            references: [foreign]));
        await RefusedAsync(yard, path, LoadStage.Contract, "built against contract 2.x");
    }

    [TestMethod]
    public async Task An_assembly_that_does_not_know_the_contract_is_refused()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        File.WriteAllBytes(Path.Combine(path, "Fixture.dll"), Compiler.Compile("Fixture", "public class A {}", withContract: false));
        await RefusedAsync(yard, path, LoadStage.Contract, "does not refer to NodeAgent.Contract");
    }

    [TestMethod]
    [DataRow("this is not an image")]
    [DataRow("MZ and then nothing")]
    [DataRow("")]
    public async Task A_damaged_image_is_refused(string content)
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        File.WriteAllText(Path.Combine(path, "Fixture.dll"), content);
        await RefusedAsync(yard, path, LoadStage.Image, "not a .NET assembly");
    }

    [TestMethod]
    public void An_image_cut_at_any_place_never_throws()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        var whole = File.ReadAllBytes(Path.Combine(path, "Fixture.dll"));
        for (var part = 0; part < 30; part++)
        {
            File.WriteAllBytes(Path.Combine(path, "Fixture.dll"), whole[..(whole.Length * part / 40)]);
            var verdicts = yard.Loader().Inspect(PluginFolder.Read(path));
            Assert.IsTrue(verdicts.Any(verdict => !verdict.Passed), $"cut at {part}/40");
        }
    }

    [TestMethod]
    public async Task A_missing_dependency_is_named_with_who_needs_it()
    {
        using var yard = new PluginYard();
        var path = yard.Install(
            new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, Lib.Thing.Version()))" }, files: [("Lib.dll", Lib("3.0.0.0"))]);
        File.Delete(Path.Combine(path, "Lib.dll"));
        await RefusedAsync(yard, path, LoadStage.Dependencies, "Lib 3.0.0.0, which Fixture refers to");
    }

    [TestMethod]
    public async Task A_missing_dependency_of_a_dependency_is_found_too()
    {
        using var yard = new PluginYard();
        var deep = Compiler.Compile("Deep", "namespace Deep; public class D { public static string V() => \"d\"; }", withContract: false);
        var lib = Compiler.Compile(
            "Lib", "namespace Lib; public static class Thing { public static string Version() => Deep.D.V(); }", withContract: false, references: [deep]);
        var path = yard.Install(
            new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, Lib.Thing.Version()))" }, files: [("Lib.dll", lib)]);
        await RefusedAsync(yard, path, LoadStage.Dependencies, "Deep 1.0.0.0, which Lib refers to");
    }

    [TestMethod]
    public async Task What_only_the_host_uses_does_not_slip_into_a_plugin()
    {
        using var yard = new PluginYard();
        var yaml = File.ReadAllBytes(typeof(YamlDotNet.Serialization.Deserializer).Assembly.Location);
        var path = yard.Install(
            new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, typeof(YamlDotNet.Core.Mark).Name))" },
            files: [("YamlDotNet.dll", yaml)]);
        File.Delete(Path.Combine(path, "YamlDotNet.dll"));
        await RefusedAsync(yard, path, LoadStage.Dependencies, "YamlDotNet");
    }

    [TestMethod]
    public async Task A_copy_of_the_contract_is_refused_wherever_it_lies()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        Directory.CreateDirectory(Path.Combine(path, "lib"));
        File.Copy(typeof(NodeAgent.Contract.IBackend).Assembly.Location, Path.Combine(path, "lib", "NodeAgent.Contract.dll"));
        var verdict = await RefusedAsync(yard, path, LoadStage.Files, "copy of the contract");
        Assert.Contains("ExcludeAssets", verdict.Remedy);
    }

    [TestMethod]
    public async Task A_reference_assembly_is_told_as_such()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        File.WriteAllBytes(
            Path.Combine(path, "Fixture.dll"), Compiler.Compile("Fixture", new Fixture().Source, isReference: true));
        await RefusedAsync(yard, path, LoadStage.Image, "reference assembly");
    }

    [TestMethod]
    public async Task A_file_with_another_hash_is_refused()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        PluginYard.WriteManifest(path, sha256: new Dictionary<string, string> { ["Fixture.dll"] = new('0', 64) });
        await RefusedAsync(yard, path, LoadStage.Files, "sha256 differs");
    }

    [TestMethod]
    public async Task Right_hashes_pass_and_a_library_that_is_not_listed_does_not()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture());
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(path, "Fixture.dll"))));
        PluginYard.WriteManifest(path, sha256: new Dictionary<string, string> { ["Fixture.dll"] = hash });
        Assert.IsNotNull((await yard.LoadAsync(path)).Plugin);
        File.WriteAllBytes(Path.Combine(path, "Extra.dll"), Lib("1.0.0.0"));
        await RefusedAsync(yard, path, LoadStage.Files, "Extra.dll is not in \"sha256\"");
    }

    [TestMethod]
    [DataRow("null!", "Options is null")]
    [DataRow("[new BackendOption(\"\", \"d\", false, _ => null)]", "lacks its name")]
    [DataRow("[new BackendOption(\"a\", \"d\", false, _ => null), new BackendOption(\"a\", \"d\", false, _ => null)]", "twice")]
    [DataRow("[new BackendOption(\"a\", \"d\", false, v => v[0] == 'x' ? null : \"no\")]", "IndexOutOfRange")]
    [DataRow("throw new NotImplementedException()", "NotImplementedException")]
    public async Task Options_that_make_no_sense_are_refused(string options, string reason)
    {
        using var yard = new PluginYard();
        await RefusedAsync(yard, yard.Install(new Fixture { Options = options }), LoadStage.Options, reason);
    }

    internal static byte[] Lib(string version) => Compiler.Compile(
        "Lib",
        $"namespace Lib; public static class Thing {{ public static string Version() => \"{version}\"; }}",
        version,
        withContract: false);

    private static async Task<LoadVerdict> RefusedAsync(PluginYard yard, string path, LoadStage stage, string reason)
    {
        var loading = await yard.LoadAsync(path);
        Assert.IsNull(loading.Plugin);
        var verdict = loading.Verdicts.First(verdict => !verdict.Passed);
        Assert.AreEqual(stage, verdict.Stage, verdict.ToString());
        Assert.Contains(reason, verdict.Reason);
        Assert.IsNotEmpty(verdict.Remedy);
        return verdict;
    }
}
