using System.Net;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The kernel's target as a folder: attributes are files, and links are links.</summary>
[TestClass]
public sealed class TargetTests : IDisposable
{
    private const string Host = "nqn.host:n2:e5";
    private static readonly Secrets Keys = new(MirrorRig.Secret, null);
    private readonly TempFolder folder = new();
    private readonly TargetTree tree;
    private readonly ExportedDrive drive = new(
        "nqn.drive", "/dev/vdb", new Guid("00000000-0000-4000-8000-000000000001"), "SERIAL",
        [new TargetPort(0, IPAddress.Parse("10.0.1.1"), 4500), new TargetPort(1, IPAddress.Parse("10.0.2.1"), 4500)]);

    public TargetTests() => tree = new TargetTree(folder["nvmet"]);

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void An_exported_drive_is_there_for_one_host_on_both_networks()
    {
        Assert.IsTrue(tree.Export(drive, Host, Keys, "").IsOk);

        Assert.IsTrue(tree.IsExported(drive, Host));
        Assert.IsFalse(tree.IsExported(drive, "nqn.host:n2:e4"));
        Assert.AreEqual("0", Text("subsystems/nqn.drive/attr_allow_any_host"));
        Assert.AreEqual("10.0.2.1", Text("ports/9001/addr_traddr"));
        Assert.AreEqual("4500", Text("ports/9000/addr_trsvcid"));
        Assert.AreEqual(MirrorRig.Secret, Text($"hosts/{Host}/dhchap_key"));
    }

    [TestMethod]
    public void Exporting_twice_changes_nothing()
    {
        tree.Export(drive, Host, Keys, "");
        var link = Path.Combine(folder["nvmet"], "ports", "9000", "subsystems", "nqn.drive");
        var made = new FileInfo(link).CreationTimeUtc;

        Assert.IsTrue(tree.Export(drive, Host, Keys, "").IsOk);
        Assert.AreEqual(made, new FileInfo(link).CreationTimeUtc);
    }

    [TestMethod]
    public void A_closed_drive_can_be_reached_by_nobody()
    {
        tree.Export(drive, Host, Keys, "");
        Assert.IsNotNull(tree.OpenTo(drive));

        Assert.IsTrue(tree.Close(drive).IsOk);
        Assert.IsNull(tree.OpenTo(drive));
        Assert.AreEqual("0", Text("subsystems/nqn.drive/namespaces/1/enable"));
    }

    [TestMethod]
    public void Another_epoch_throws_the_old_name_out_first()
    {
        tree.Export(drive, "nqn.host:n2:e4", Keys, "");

        Assert.IsTrue(tree.Export(drive, Host, Keys, "").IsOk);
        Assert.IsTrue(tree.IsExported(drive, Host));
        Assert.IsFalse(File.Exists(Path.Combine(folder["nvmet"], "subsystems", "nqn.drive", "allowed_hosts", "nqn.host:n2:e4")));
    }

    [TestMethod]
    public void Killed_at_any_step_nothing_listens_before_all_is_there_and_the_next_try_ends_it()
    {
        // Each step leaves something; what is left out is what a kill left undone.
        var parts = new[] { "enable", "device_uuid", "attr_allow_any_host", $"allowed_hosts/{Host}", "ports/9000/subsystems/nqn.drive", "ports/9001/subsystems/nqn.drive" };
        foreach (var part in parts)
        {
            tree.Export(drive, Host, Keys, "");
            var lost = Directory.EnumerateFileSystemEntries(folder["nvmet"], "*", SearchOption.AllDirectories).Where(path => path.EndsWith(part, StringComparison.Ordinal)).ToList();
            Assert.IsNotEmpty(lost, part);
            lost.ForEach(File.Delete);

            Assert.IsFalse(tree.IsExported(drive, Host), part);
            Assert.IsTrue(tree.Export(drive, Host, Keys, "").IsOk, part);
            Assert.IsTrue(tree.IsExported(drive, Host), part);
        }
    }

    [TestMethod]
    public void A_port_at_which_a_drive_of_another_pool_listens_is_not_shared()
    {
        Assert.IsTrue(tree.Export(drive, Host, Keys, "").IsOk);

        var second = tree.Export(drive with { Subsystem = "nqn.other" }, Host, Keys, "");

        Assert.AreEqual(FaultCode.PreconditionFailed, second.Fault?.Code);
        Assert.Contains("port 4500 of 10.0.1.1 serves nqn.drive", second.Fault!.Why);
        Assert.Contains("option 'port'", second.Fault.NextStep);
        Assert.IsTrue(tree.IsExported(drive, Host));
        Assert.IsFalse(Directory.Exists(Path.Combine(folder["nvmet"], "subsystems", "nqn.other")));
    }

    [TestMethod]
    public void A_drive_that_cannot_be_switched_on_does_not_listen()
    {
        Directory.CreateDirectory(Path.Combine(folder["nvmet"], "subsystems", "nqn.drive", "namespaces", "1", "enable"));

        var exported = tree.Export(drive, Host, Keys, "");

        Assert.AreEqual(FaultCode.DataPathUnavailable, exported.Fault?.Code);
        Assert.IsFalse(Directory.Exists(Path.Combine(folder["nvmet"], "ports")));
    }

    [TestMethod]
    public void A_drive_that_cannot_be_looked_at_is_not_closed()
    {
        tree.Export(drive, Host, Keys, "");
        tree.Close(drive);
        var enable = Path.Combine(folder["nvmet"], "subsystems", "nqn.drive", "namespaces", "1", "enable");
        File.Delete(enable);
        Directory.CreateDirectory(enable);

        Assert.IsNotNull(tree.OpenTo(drive));
    }

    [TestMethod]
    public void A_secret_that_others_can_read_is_refused_and_never_told()
    {
        var file = folder["key"];
        File.WriteAllText(file, MirrorRig.Secret);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var open = SecretFile.Read(file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(file, "hunter2");
        var odd = SecretFile.Read(file);

        Assert.AreEqual(FaultCode.PreconditionFailed, open.Fault?.Code);
        Assert.AreEqual(FaultCode.PreconditionFailed, odd.Fault?.Code);
        Assert.DoesNotContain("hunter2", odd.Fault!.ToString());
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(folder["nvmet"], file));
}
