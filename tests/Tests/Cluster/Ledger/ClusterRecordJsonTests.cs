using System.Text.Json;

using FsCheck;
using FsCheck.Fluent;

using NodeAgent.Cluster;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Cluster.Ledger;

[TestClass]
public sealed class ClusterRecordJsonTests
{
    [TestMethod]
    public void Every_record_is_read_as_it_was_written() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(RecordGen.Records.ToArbitrary(), record =>
        {
            var read = ClusterRecordJson.Read(Entry(ClusterRecordJson.Write(record)));
            // The serializer takes all public properties along: one that the codec forgets is seen here.
            return read.IsOk && JsonSerializer.Serialize(read.Value) == JsonSerializer.Serialize(record);
        }));

    [TestMethod]
    public void Offers_are_read_as_they_were_written() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(RecordGen.Offers.ToArbitrary(), offers =>
            JsonSerializer.Serialize(OfferJson.ReadAll(Entry(OfferJson.WriteAll(offers))).Value) == JsonSerializer.Serialize(offers)));

    [TestMethod]
    public void An_empty_cluster_is_a_record_too() =>
        Assert.AreEqual("""{"v":1,"arm":{"isArmed":true,"number":0,"reason":""},"members":{},"services":{}}""", ClusterRecordJson.Write(ClusterRecord.Empty));

    [TestMethod]
    [DataRow("""{"v":1}""", "arm is missing", "members is missing", "services is missing")]
    [DataRow("""{"v":1,"arm":{"isArmed":true,"number":-1,"reason":"","by":"x"},"members":{},"services":{},"votes":3}""", "arm.number is no whole number", "arm.by is unknown here", "votes is unknown here")]
    [DataRow(
        """{"v":1,"arm":{"isArmed":true,"number":0,"reason":""},"members":{"a":{"bootId":"x","session":1.5,"fence":{"session":1,"by":"B!"}},"b":7},"services":{}}""",
        "members.a.session is no whole number", "members.a.isAttested is missing", "members.a.fence.by names 'B!'", "members.b is no object")]
    [DataRow(
        """{"v":1,"arm":{"isArmed":true,"number":0,"reason":""},"members":{},"services":{"db":{"policy":{"nodes":"a"},"wanted":"perhaps","lossSeconds":-1,"owner":[]}}}""",
        "services.db.policy.nodes is no list of texts", "services.db.wanted is none of running, stopped, unmanaged", "services.db.lossSeconds is no length", "services.db.owner is no object")]
    [DataRow(
        """{"v":1,"arm":{"isArmed":true,"number":0,"reason":""},"members":{},"services":{},"units":{"zfs:db":{"service":3,"who":1},"zfs:x":{"since":-1},"zfs:y":"db"}}""",
        "units.zfs:db.service is not text", "units.zfs:db.who is unknown here", "units.zfs:x.since is no whole number", "units.zfs:y is no object")]
    public void Everything_that_is_wrong_is_named_at_once(string value, params string[] wrong)
    {
        var fault = ClusterRecordJson.Read(Entry(value)).Fault!;
        StringAssert.Contains(fault.What, "/k");
        foreach (var one in wrong)
        {
            StringAssert.Contains(fault.Why, "field " + one);
        }
    }

    [TestMethod]
    public void Whatever_bytes_are_there_the_answer_is_a_record_or_a_fault() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(RecordGen.Records.ToArbitrary(), ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<char>(), (record, place, letter) =>
        {
            var text = ClusterRecordJson.Write(record).ToCharArray();
            text[(int)((uint)place % text.Length)] = letter;
            var read = ClusterRecordJson.Read(Entry(new(text)));
            return read.IsOk || read.Fault.Why.Length > 0;
        }));

    private static StoreEntry Entry(string value) => new("/k", value, 2, 3, LeaseId.None);
}
