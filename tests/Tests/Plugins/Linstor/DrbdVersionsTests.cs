using NodeAgent.Plugins.LinstorBackend.Versions;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class DrbdVersionsTests
{
    [TestMethod]
    [DataRow("8.4.11", "9.22.0", null)]
    [DataRow("8.4.11", "9.22.3", null)]
    [DataRow("8.4.11", "9.15.0", "only drbd-utils 9.22")]
    [DataRow("8.4.11", "9.34.0", "only drbd-utils 9.22")]
    [DataRow("8.4.10", "9.22.0", "only 8.4.11")]
    [DataRow("8.3.16", "9.22.0", "only 8.4.11")]
    [DataRow("9.1.23", "9.28.0", "upgrade")]
    [DataRow("9.2.18", "9.28.0", "upgrade")]
    [DataRow("9.3.2", "9.28.0", "upgrade")]
    [DataRow("9.2.19", "9.27.0", "before 9.28")]
    [DataRow("9.3.3", "9.34.0", "never tried")]
    [DataRow("9.4.0", "9.34.0", "nobody looked")]
    [DataRow("10.0.0", "9.34.0", "nobody looked")]
    [DataRow("9.3.3-rc.1", "9.34.0", "no version")]
    [DataRow("", "9.22.0", "no version")]
    [DataRow(null, "9.22.0", "not loaded")]
    [DataRow("8.4.11", "x", "does not tell")]
    public void Only_what_was_looked_at_is_armed(string? module, string tools, string? against)
    {
        var why = DrbdVersions.Against(module, $"DRBDADM_API_VERSION=1\nDRBD_KERNEL_VERSION=8.4.11\nDRBDADM_VERSION={tools}\n", trustsNine: false);

        Assert.AreEqual(against is null, why is null, why);
        Assert.IsTrue(against is null || why!.Contains(against, StringComparison.Ordinal), why);
    }

    [TestMethod]
    [DataRow("9.2.19", "9.28.0", null)]
    [DataRow("9.3.3", "9.34.0", null)]
    [DataRow("9.2.18", "9.28.0", "upgrade")]
    [DataRow("9.2.19", "9.27.0", "before 9.28")]
    [DataRow("9.2.19", "10.0.0", "nobody looked")]
    [DataRow("9.4.0", "9.34.0", "nobody looked")]
    [DataRow("9.2.19-rc.1", "9.34.0", "no version")]
    [DataRow("8.4.10", "9.22.0", "only 8.4.11")]
    public void Trust_in_what_nobody_tried_lets_only_versions_through_that_fit(string module, string tools, string? against)
    {
        var why = DrbdVersions.Against(module, $"DRBDADM_VERSION={tools}\n", trustsNine: true);

        Assert.AreEqual(against is null, why is null, why);
        Assert.IsTrue(against is null || why!.Contains(against, StringComparison.Ordinal), why);
    }
}
