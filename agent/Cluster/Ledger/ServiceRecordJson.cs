using System.Text.Json;

using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>A service in the record of all decisions.</summary>
internal static class ServiceRecordJson
{
    public static ServiceRecord Read(string name, RecordFields fields) =>
        new(fields.Object("policy", policy => Policy(name, policy)) ?? new ServicePolicy(name, []))
        {
            Wanted = fields.OneOf<WantedState>("wanted"),
            Target = fields.NodeOrNull("target"),
            Owner = fields.ObjectOrNull("owner", Owner),
            Epoch = fields.Epoch("epoch"),
            Phase = fields.OneOf<ServicePhase>("phase"),
            Reason = fields.Text("reason"),
            Last = fields.NodeOrNull("last"),
            LastSince = fields.Epoch("lastSince"),
            FailedOn = fields.TextMap("failedOn"),
            FailedBefore = fields.TextMapOrNone("failedBefore"),
            Failures = (int)Math.Min(fields.Number("failures"), int.MaxValue),
            Handed = fields.ObjectOrNull("handed", OfferJson.Read),
            Loss = fields.Seconds("lossSeconds"),
            KeptFor = fields.NodeOrNull("keptFor"),
            IsKeptFirmly = fields.Flag("isKeptFirmly"),
            LossAccepted = fields.Epoch("lossAccepted"),
            Settled = fields.ObjectOrNull("settled", settled => new Settlement(settled.Epoch("epoch"), settled.TextOrNull("store"))),
            Reckoned = fields.EpochOrNone("reckoned"),
        };

    public static void Write(Utf8JsonWriter json, ServiceRecord service)
    {
        json.WriteWhole("policy", () => Write(json, service.Policy));
        json.WriteName("wanted", service.Wanted);
        json.WriteNode("target", service.Target);
        if (service.Owner is { } owner)
        {
            json.WriteWhole("owner", () => Write(json, owner));
        }

        json.WriteEpoch("epoch", service.Epoch);
        json.WriteName("phase", service.Phase);
        json.WriteString("reason", service.Reason);
        json.WriteNode("last", service.Last);
        json.WriteEpoch("lastSince", service.LastSince);
        json.WriteWhole("failedOn", () =>
        {
            foreach (var (node, failure) in service.FailedOn)
            {
                json.WriteString(node, failure);
            }
        });
        if (!service.FailedBefore.IsEmpty)
        {
            json.WriteWhole("failedBefore", () =>
            {
                foreach (var (node, failure) in service.FailedBefore)
                {
                    json.WriteString(node, failure);
                }
            });
        }

        json.WriteNumber("failures", service.Failures);
        if (service.Handed is { } handed)
        {
            json.WriteWhole("handed", () => OfferJson.Write(json, handed));
        }

        json.WriteSeconds("lossSeconds", service.Loss);
        json.WriteNode("keptFor", service.KeptFor);
        json.WriteBoolean("isKeptFirmly", service.IsKeptFirmly);
        json.WriteEpoch("lossAccepted", service.LossAccepted);
        WriteDoubts(json, service);
    }

    // Left out where there is nothing to say: an older agent knows no such fields.
    private static void WriteDoubts(Utf8JsonWriter json, ServiceRecord service)
    {
        if (service.Settled is { } settled)
        {
            json.WriteWhole("settled", () =>
            {
                json.WriteEpoch("epoch", settled.Epoch);
                if (settled.Store is { } store)
                {
                    json.WriteString("store", store);
                }
            });
        }

        if (service.Reckoned != Epoch.None)
        {
            json.WriteEpoch("reckoned", service.Reckoned);
        }
    }

    private static Tenure Owner(RecordFields fields) => new(
        fields.Node("node"), fields.Number("session"), fields.Text("bootId"), fields.Epoch("epoch"),
        fields.Object("proof", ClusterRecordJson.Proof) ?? new Proof(ProofKind.FirstWriter, string.Empty));

    private static void Write(Utf8JsonWriter json, Tenure owner)
    {
        json.WriteNode("node", owner.Node);
        json.WriteNumber("session", owner.Session);
        json.WriteString("bootId", owner.BootId);
        json.WriteEpoch("epoch", owner.Epoch);
        json.WriteWhole("proof", () => ClusterRecordJson.Write(json, owner.Proof));
    }

    private static ServicePolicy Policy(string name, RecordFields fields) => new(name, fields.Nodes("nodes"))
    {
        HasCopies = fields.Flag("hasCopies"),
        StorageExcludes = fields.Flag("storageExcludes"),
        LossLimit = fields.Seconds("lossLimitSeconds"),
        Spreads = fields.Flag("spreads"),
        With = fields.Texts("with"),
        Apart = fields.Texts("apart"),
        FailsBack = fields.Flag("failsBack"),
        RestartLimit = (int)Math.Min(fields.Number("restartLimit"), int.MaxValue),
        MoveLimit = (int)Math.Min(fields.Number("moveLimit"), int.MaxValue),
        StopLimit = fields.Seconds("stopLimitSeconds"),
        OnNodeStop = fields.OneOf<NodeStopPolicy>("onNodeStop"),
    };

    private static void Write(Utf8JsonWriter json, ServicePolicy policy)
    {
        json.WriteTexts("nodes", policy.Nodes.Select(node => node.Value));
        json.WriteBoolean("hasCopies", policy.HasCopies);
        json.WriteBoolean("storageExcludes", policy.StorageExcludes);
        json.WriteSeconds("lossLimitSeconds", policy.LossLimit);
        json.WriteBoolean("spreads", policy.Spreads);
        json.WriteTexts("with", policy.With);
        json.WriteTexts("apart", policy.Apart);
        json.WriteBoolean("failsBack", policy.FailsBack);
        json.WriteNumber("restartLimit", policy.RestartLimit);
        json.WriteNumber("moveLimit", policy.MoveLimit);
        json.WriteSeconds("stopLimitSeconds", policy.StopLimit);
        json.WriteName("onNodeStop", policy.OnNodeStop);
    }
}
