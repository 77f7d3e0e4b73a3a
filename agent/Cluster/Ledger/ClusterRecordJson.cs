using System.Text.Json;

using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>The record of all decisions as JSON. Whoever changes it writes all of it, so a field that is unknown here is an error.</summary>
internal static class ClusterRecordJson
{
    public static Outcome<ClusterRecord> Read(StoreEntry entry) => RecordJson.Read(entry, fields =>
    {
        var arm = fields.Object("arm", Arm);
        var record = new ClusterRecord
        {
            Arm = arm ?? ArmRecord.Armed,
            Members = fields.Map("members", Member),
            Services = fields.Map("services", ServiceRecordJson.Read),
            Units = fields.MapOrNone("units", (_, place) => new UnitPlace(place.TextOrNull("service"), place.Epoch("since"))),
            Gone = fields.Epochs("gone"),
        };
        fields.NothingElse();
        return record;
    });

    public static string Write(ClusterRecord record) => RecordJson.Write(json =>
    {
        json.WriteWhole("arm", () =>
        {
            json.WriteBoolean("isArmed", record.Arm.IsArmed);
            json.WriteNumber("number", record.Arm.Number);
            json.WriteString("reason", record.Arm.Reason);
        });
        json.WriteWhole("members", () =>
        {
            foreach (var (name, member) in record.Members)
            {
                json.WriteWhole(name, () => Write(json, member));
            }
        });
        json.WriteWhole("services", () =>
        {
            foreach (var (name, service) in record.Services)
            {
                json.WriteWhole(name, () => ServiceRecordJson.Write(json, service));
            }
        });
        if (!record.Units.IsEmpty)
        {
            json.WriteWhole("units", () => WriteUnits(json, record));
        }

        // Left out where there is nothing to say: an older agent knows no such field.
        if (!record.Gone.IsEmpty)
        {
            json.WriteEpochs("gone", record.Gone);
        }
    });

    private static void WriteUnits(Utf8JsonWriter json, ClusterRecord record)
    {
        foreach (var (unit, place) in record.Units)
        {
            json.WriteWhole(unit, () =>
            {
                if (place.Service is { } service)
                {
                    json.WriteString("service", service);
                }

                json.WriteEpoch("since", place.Since);
            });
        }
    }

    /// <summary>The text of a record that every node can read again. A fault names what it cannot hold, such as a name that is none.</summary>
    public static Outcome<string> Checked(ClusterRecord record)
    {
        var text = Write(record);
        var read = Read(new(StoreKeys.Cluster, text, 0, 0, LeaseId.None));
        return read.IsOk ? text : read.Fault with { What = "cannot write that into the cluster's record", NextStep = "Nothing was written.", Code = FaultCode.InvalidArgument };
    }

    public static Proof Proof(RecordFields fields) => new(fields.OneOf<ProofKind>("kind"), fields.Text("detail"));

    public static void Write(Utf8JsonWriter json, Proof proof)
    {
        json.WriteName("kind", proof.Kind);
        json.WriteString("detail", proof.Detail);
    }

    private static ArmRecord Arm(RecordFields fields) => new(fields.Flag("isArmed"), fields.Number("number"), fields.Text("reason"));

    private static MemberRecord Member(string name, RecordFields fields) => new(new(name), fields.Text("bootId"), fields.Number("session"))
    {
        IsAttested = fields.Flag("isAttested"),
        Run = fields.Number("run"),
        IsDrained = fields.Flag("isDrained"),
        IsLeaving = fields.Flag("isLeaving"),
        Fence = fields.ObjectOrNull("fence", fence => new FenceRecord(fence.Number("session"), fence.Node("by"), fence.ObjectOrNull("done", Proof))),
    };

    private static void Write(Utf8JsonWriter json, MemberRecord member)
    {
        json.WriteString("bootId", member.BootId);
        json.WriteNumber("session", member.Session);
        json.WriteBoolean("isAttested", member.IsAttested);
        json.WriteNumber("run", member.Run);
        json.WriteBoolean("isDrained", member.IsDrained);
        json.WriteBoolean("isLeaving", member.IsLeaving);
        if (member.Fence is { } fence)
        {
            json.WriteWhole("fence", () =>
            {
                json.WriteNumber("session", fence.Session);
                json.WriteNode("by", fence.By);
                if (fence.Done is { } done)
                {
                    json.WriteWhole("done", () => Write(json, done));
                }
            });
        }
    }
}
