using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Authoring;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Authoring;

[TestClass]
public sealed class PluginVerifierTests
{
    [TestMethod]
    public async Task A_good_plugin_passes_and_goes_again()
    {
        using var yard = new PluginYard();
        var report = await VerifyAsync(yard, yard.Install(new Fixture()));
        Assert.IsTrue(report.Passed, report.ToText());
        Assert.AreEqual(VerifyResult.Passed, report.Lines.Single(line => line.Check == "unload").Result);
        Assert.AreEqual(VerifyResult.Skipped, report.Lines.Single(line => line.Check == "live").Result);
    }

    [TestMethod]
    public async Task All_that_is_wrong_is_told_at_once_and_the_rest_is_said_to_be_skipped()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture(), contract: "3.0");
        File.Copy(typeof(IBackend).Assembly.Location, Path.Combine(path, "NodeAgent.Contract.dll"));
        var report = await VerifyAsync(yard, path);
        Assert.IsFalse(report.Passed);
        Assert.AreEqual(2, report.Lines.Count(line => line.Result == VerifyResult.Failed));
        Assert.Contains("2 failed", report.ToText());
        Assert.AreEqual(VerifyResult.Skipped, report.Lines.Single(line => line.Check == "live").Result);
    }

    [TestMethod]
    public async Task A_folder_without_manifest_is_told()
    {
        using var yard = new PluginYard();
        Directory.CreateDirectory(yard.Root);
        var report = await VerifyAsync(yard, yard.Root);
        var first = report.Lines.First(line => line.Result == VerifyResult.Failed);
        Assert.AreEqual("manifest", first.Check);
        StringAssert.Contains(report.ToText(), "nodeagent.plugin.json:1: there is no such file. Name the folder that has a plugin's manifest");
    }

    [TestMethod]
    public async Task A_native_library_that_is_missing_is_found_before_its_first_use()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture
        {
            BackendMembers = """
                [DllImport("libnothere-4711")] private static extern int A();
                [DllImport("libc")] private static extern int B();
                """,
        });
        var natives = (await VerifyAsync(yard, path)).Lines.Where(line => line.Check == "native").ToList();
        Assert.Contains("libnothere-4711", natives.Single(line => line.Result == VerifyResult.Failed).Reason);
        Assert.HasCount(2, natives);
    }

    [TestMethod]
    public async Task A_plugin_that_clings_to_the_process_fails()
    {
        using var yard = new PluginYard();
        var path = yard.Install(new Fixture
        {
            FactoryMembers = "public Factory() => new Thread(() => { lock (typeof(Factory)) { Thread.Sleep(Timeout.Infinite); } }) { IsBackground = true }.Start();",
        });
        var line = (await VerifyAsync(yard, path)).Lines.Single(line => line.Check == "unload");
        Assert.AreEqual(VerifyResult.Failed, line.Result);
    }

    [TestMethod]
    public async Task Live_checks_get_the_factory_and_their_lines_are_in_the_report()
    {
        using var yard = new PluginYard();
        var report = await new PluginVerifier(false, new GuardPolicy(), yard.Time).VerifyAsync(
            yard.Install(new Fixture()),
            (factory, manifest, _) => Task.FromResult<IReadOnlyList<VerifyLine>>(
                [new VerifyLine("live.options", VerifyResult.Failed, $"{manifest.Id} has {factory.Options.Count}", "Mend it.")]),
            CancellationToken.None);
        Assert.IsFalse(report.Passed);
        Assert.AreEqual("fixture has 1", report.Lines.Single(line => line.Check == "live.options").Reason);
        Assert.AreEqual(VerifyResult.Passed, report.Lines.Single(line => line.Check == "unload").Result, report.ToText());
    }

    private static Task<VerifyReport> VerifyAsync(PluginYard yard, string path) =>
        new PluginVerifier(false, new GuardPolicy(), yard.Time).VerifyAsync(path, null, CancellationToken.None);
}
