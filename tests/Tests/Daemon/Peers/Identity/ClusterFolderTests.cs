using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class ClusterFolderTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder state = new();

    public void Dispose() => state.Dispose();

    [TestMethod]
    public void What_was_founded_can_be_loaded_and_is_private()
    {
        var folder = Found();
        var loaded = Is.Ok(folder.Load());
        Assert.AreEqual("n1", loaded.Node.Value);
        Assert.IsTrue(loaded.Certificate.HasPrivateKey);
        Assert.IsNotNull(loaded.Authority);
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder.Path));
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
        }
    }

    [TestMethod]
    public void A_second_founding_is_refused()
    {
        var folder = Found();
        Is.Refused("alreadyInCluster", ClusterFounding.Run(folder, Authorities.N2, Authorities.Addresses(2), time));
    }

    [TestMethod]
    public void A_founding_that_was_cut_short_leaves_no_trace()
    {
        var staging = Directory.CreateDirectory(Path.Combine(state.Path, "cluster.new")).FullName;
        File.WriteAllText(Path.Combine(staging, "node.pem"), "half a key");
        File.WriteAllText(Path.Combine(staging, "tokens.json"), "left over");
        var folder = new ClusterFolder(state.Path);
        Assert.IsFalse(folder.Exists);
        Found();
        Is.Ok(folder.Load());
        Assert.IsFalse(File.Exists(folder.TokensPath));
    }

    [TestMethod]
    public void A_key_that_others_can_read_is_refused()
    {
        var folder = Found();
        var key = Path.Combine(folder.Path, "node.pem");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var fault = Is.Refused("stateReadableByOthers", folder.Load());
        Assert.Contains("chmod 0600", fault.NextStep);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [DataRow("garbage")]
    public void A_broken_key_file_is_named(string content)
    {
        var folder = Found();
        var key = Path.Combine(folder.Path, "node.pem");
        File.WriteAllText(key, content);
        Assert.Contains(key, Is.Refused("stateUnreadable", folder.Load()).What);
    }

    [TestMethod]
    public void A_node_without_a_cluster_says_how_to_get_one()
    {
        var fault = Is.Refused("notInCluster", new ClusterFolder(state.Path).Load());
        Assert.Contains("nodeagent cluster init", fault.NextStep);
    }

    [TestMethod]
    public void Founding_needs_a_proper_name_and_an_address()
    {
        var folder = new ClusterFolder(state.Path);
        Assert.IsFalse(ClusterFounding.Run(folder, new("Not a name"), Authorities.Addresses(1), time).IsOk);
        Is.Refused("noAddress", ClusterFounding.Run(folder, Authorities.N1, [], time));
        Assert.IsFalse(folder.Exists);
    }

    private ClusterFolder Found()
    {
        var folder = new ClusterFolder(state.Path);
        Is.Ok(ClusterFounding.Run(folder, Authorities.N1, Authorities.Addresses(1), time));
        return folder;
    }
}
