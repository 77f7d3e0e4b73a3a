using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>Connections that take another network than the one meant for them are told.</summary>
[TestClass]
public sealed class NetworkTests
{
    private static readonly string[] Nodes = ["n1", "n2"];

    [TestMethod]
    public async Task Doctor_tells_of_an_address_elsewhere_and_of_none_that_is_right()
    {
        using var rig = new DrbdRig();
        rig.More["networks"] = "10.0.0.0/24";
        rig.Restart();
        Assert.IsEmpty((await rig.Backend.ProbeAsync(default)).Value.Remarks);

        rig.Kernel.Address = "192.168.1.1:7789";

        Assert.Contains(
            "Resource data: address 192.168.1.1 is in none of the networks of option 'networks' (10.0.0.0/24)", (await rig.Backend.ProbeAsync(default)).Value.Remarks.Single());
    }

    [TestMethod]
    [DataRow("on n1 {\n address ipv4 10.0.1.1:7789;\n}\non n2 {\n address ipv6 [fd00::2]:7789;\n}", "")]
    [DataRow("on n1 {\n address ipv4 10.0.1.1:7789;\n}\non n2 {\n address ipv6 [fd01::2]:7789;\n}", "fd01::2")]
    [DataRow("path {\n host n1 address ipv4 10.0.1.1:7000;\n host n2 address ipv4 10.0.1.2:7000;\n}", "fd00::/64")]
    [DataRow("path {\n host n1 address ipv4 10.0.1.1:7000;\n host n2 address ipv4 10.0.3.2:7000;\n}", "10.0.3.2, fd00::/64")]
    [DataRow("host n1 address ipv4 10.0.1.1:7000;\nhost n2 address ipv6 [fd00::2]:7000;\nhost n3 address ipv4 172.16.0.3:7000;", "")]
    [DataRow("on n1 {\n}", "neither kernel nor files")]
    [DataRow("address somewhere;", "neither kernel nor files")]
    public void Each_address_of_a_copy_must_be_in_one_and_several_paths_in_all(string files, string names)
    {
        var found = ReplicationNetworks.Parse("10.0.1.0/24, fd00::/64")!.Judge(ShownOptions.Parse(""), ShownOptions.Parse(files), Nodes);

        var expected = names.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(expected.Length, found);
        Assert.IsTrue(expected.Zip(found).All(pair => pair.Second.Contains(pair.First, StringComparison.Ordinal)), string.Join('\n', found));
    }
}
