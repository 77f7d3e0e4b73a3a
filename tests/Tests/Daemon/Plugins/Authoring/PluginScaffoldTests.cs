using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Authoring;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Tests.Daemon.Plugins.Yard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Plugins.Authoring;

[TestClass]
public sealed class PluginScaffoldTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    [TestMethod]
    public void A_new_plugin_has_project_manifest_backend_test_and_guide()
    {
        using var folder = new TempFolder();
        var files = PluginScaffold.Create("my-disk.2", folder["new"], null).Value;
        CollectionAssert.AreEquivalent(
            new[]
            {
                "README.md", "src/MyDisk2.csproj", "src/MyDisk2Backend.cs", "src/MyDisk2Factory.cs",
                "src/nodeagent.plugin.json", "tests/ConformanceTests.cs", "tests/MyDisk2.Tests.csproj",
            },
            files.ToArray());
        foreach (var file in files)
        {
            var text = File.ReadAllText(Path.Combine(folder["new"], file));
            Assert.DoesNotContain("__", text, file);
        }
    }

    [TestMethod]
    public void The_packages_that_it_is_built_with_are_taken_along_beside_the_authors_own_feeds()
    {
        using var folder = new TempFolder();
        var files = PluginScaffold.Create("mine", folder["new"], Packages(folder["feed"])).Value;
        var contract = $"packages/NodeAgent.Contract.{PluginScaffold.PackageVersion()}.nupkg";
        CollectionAssert.IsSubsetOf(new[] { contract, "nuget.config" }, files.ToArray());
        Assert.AreEqual("NodeAgent.Contract", File.ReadAllText(Path.Combine(folder["new"], contract)));
        var config = File.ReadAllText(folder["new/nuget.config"]);
        StringAssert.Contains(config, "value=\"packages\"");
        Assert.DoesNotContain("clear", config);
    }

    [TestMethod]
    public void Without_them_nothing_is_written()
    {
        using var folder = new TempFolder();
        var feed = Packages(folder["feed"]);
        File.Delete(Directory.GetFiles(feed, "NodeAgent.Conformance.*").Single());
        var fault = PluginScaffold.Create("mine", folder["new"], feed).Fault!;
        Assert.AreEqual(FaultCode.NotFound, fault.Code);
        StringAssert.Contains(fault.Why, "NodeAgent.Conformance");
        Assert.IsFalse(Directory.Exists(folder["new"]));
    }

    /// <summary>A folder as the package installs it.</summary>
    internal static string Packages(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var package in (string[])["NodeAgent.Contract", "NodeAgent.Conformance"])
        {
            File.WriteAllText(Path.Combine(folder, $"{package}.{PluginScaffold.PackageVersion()}.nupkg"), package);
        }

        return folder;
    }

    [TestMethod]
    public void Its_manifest_is_right_and_asks_for_the_contract_of_this_host()
    {
        using var folder = new TempFolder();
        PluginScaffold.Create("mine", folder["new"], null);
        var reading = ManifestReader.ReadFile(folder["new/src/nodeagent.plugin.json"]);
        Assert.IsNotNull(reading.Manifest, string.Join('\n', reading.Problems));
        Assert.AreEqual(ContractLevel.Host, reading.Manifest.Contract);
    }

    [TestMethod]
    public async Task It_compiles_is_verified_and_works_at_once()
    {
        using var yard = new PluginYard();
        using var folder = new TempFolder();
        Compile(folder, yard, "mine");
        var report = await new PluginVerifier(false, new GuardPolicy(), yard.Time)
            .VerifyAsync(Path.Combine(yard.Root, "mine"), null, CancellationToken.None);
        Assert.IsTrue(report.Passed, report.ToText());

        await using var host = await yard.StartAsync("mine", ("path", folder["volumes"]));
        Directory.CreateDirectory(folder["volumes"]);
        var unit = new UnitId(new BackendId("tank"), "u");
        var grant = new WriteGrant(unit, new Epoch(1), new NodeId("n1"), Instant.Never);
        var spec = new VolumeSpec(new VolumeId(unit, "v"), VolumeKind.Block, 4096);
        var volumes = host.Backend(new BackendId("tank"))!.Ability<IVolumes>()!;
        for (var time = 0; time < 3; time++)
        {
            Assert.AreEqual(4096, (await volumes.CreateAsync(spec, grant, CancellationToken.None)).Value.Bytes);
        }

        Assert.AreEqual(8192, (await volumes.ExpandAsync(spec.Id, 8192, grant, CancellationToken.None)).Value.Bytes);
        Assert.AreEqual(FaultCode.OutOfRange, (await volumes.ExpandAsync(spec.Id, 1, grant, CancellationToken.None)).Fault!.Code);
        Assert.AreEqual(FaultCode.AlreadyExists, (await volumes.CreateAsync(spec, grant, CancellationToken.None)).Fault!.Code);
        Assert.HasCount(1, (await volumes.ListAsync(CancellationToken.None)).Value);
        Assert.IsTrue((await volumes.DeleteAsync(spec.Id, CancellationToken.None)).IsOk);
        Assert.IsTrue((await volumes.DeleteAsync(spec.Id, CancellationToken.None)).IsOk);
        Assert.AreEqual(FaultCode.NotFound, (await volumes.GetAsync(spec.Id, CancellationToken.None)).Fault!.Code);
    }

    [TestMethod]
    public async Task It_passes_the_conformance_kit_as_verify_runs_it()
    {
        using var yard = new PluginYard();
        using var folder = new TempFolder();
        Compile(folder, yard, "mine");
        var report = await new PluginVerifier(false, new GuardPolicy(), TimeProvider.System).VerifyAsync(
            Path.Combine(yard.Root, "mine"), (factory, _, stop) => ProveAsync(factory, folder["scratch"], stop), CancellationToken.None);
        Assert.IsTrue(report.Passed, report.ToText());
        Assert.IsGreaterThan(10, report.Lines.Count(line => line.Check.StartsWith("live.", StringComparison.Ordinal) && line.Result == VerifyResult.Passed));
    }

    private static async Task<IReadOnlyList<VerifyLine>> ProveAsync(
        IBackendFactory factory, string scratch, CancellationToken cancellation)
    {
        Directory.CreateDirectory(scratch);
        var subject = new ConformanceSubject
        {
            Name = "mine",
            ScratchFolder = scratch,
            OpenAsync = (seating, _) => Task.FromResult(factory.Create(new BackendContext(
                seating.Backend,
                seating.Node,
                new Dictionary<string, string> { ["path"] = seating.StorageFolder },
                seating.StateDirectory,
                seating.Wrap(new NoCommands()),
                TimeProvider.System,
                new RecordingLog()))),
        };
        var report = await ConformanceKit.RunAsync(subject, new ConformanceOptions(), null, cancellation);
        return [.. report.Results.Select(result => new VerifyLine(
            $"live.{result.Id}",
            result.Verdict switch { Verdict.Passed => VerifyResult.Passed, Verdict.Failed => VerifyResult.Failed, _ => VerifyResult.Skipped },
            result.Detail,
            ""))];
    }

    [TestMethod]
    [DataRow("Upper")]
    [DataRow("../x")]
    [DataRow("")]
    [DataRow("9lives")]
    public void A_name_that_cannot_be_one_is_refused_and_nothing_written(string id)
    {
        using var folder = new TempFolder();
        Assert.AreEqual(FaultCode.InvalidArgument, PluginScaffold.Create(id, folder["new"], null).Fault!.Code);
        Assert.IsFalse(Directory.Exists(folder["new"]));
    }

    [TestMethod]
    public void A_folder_with_something_in_it_is_left_alone()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["precious"], "x");
        Assert.AreEqual(FaultCode.AlreadyExists, PluginScaffold.Create("mine", folder.Path, null).Fault!.Code);
        Assert.HasCount(1, Directory.EnumerateFileSystemEntries(folder.Path).ToList());
    }

    private static void Compile(TempFolder folder, PluginYard yard, string id)
    {
        PluginScaffold.Create(id, folder["new"], null);
        var source = Usings + string.Join('\n', Directory.EnumerateFiles(folder["new/src"], "*.cs")
            .Select(File.ReadAllText)
            .Select((text, at) => at == 0 ? text : WithoutHeader(text)));
        var target = Path.Combine(yard.Root, id);
        Directory.CreateDirectory(target);
        File.Copy(folder["new/src/nodeagent.plugin.json"], Path.Combine(target, "nodeagent.plugin.json"));
        File.WriteAllBytes(Path.Combine(target, "Mine.dll"), Compiler.Compile("Mine", source));
    }

    // One text has one file-scoped namespace and one list of usings.
    private static string WithoutHeader(string text) => string.Join('\n', text.Split('\n')
        .Where(line => !line.StartsWith("using ", StringComparison.Ordinal) && !line.StartsWith("namespace ", StringComparison.Ordinal)));
}
