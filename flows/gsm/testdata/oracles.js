// Counts the segments of texts with two libraries that nobody here wrote.
//
//   node oracles.js FOLDER <texts.json >counts.json
//
// FOLDER is a node_modules with sms-segments-calculator and split-sms. Read is
// a list of texts; written is for each what both say of it.
const path = require('node:path')
const folder = process.argv[2]
const { SegmentedMessage } = require(path.join(folder, 'sms-segments-calculator'))
const splitSms = require(path.join(folder, 'split-sms'))

const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const counts = texts.map((text) => {
  const calculated = new SegmentedMessage(text)
  const split = splitSms.split(text)
  return {
    calculated: { unicode: calculated.encodingName === 'UCS-2', segments: calculated.segmentsCount },
    split: {
      unicode: split.characterSet === splitSms.UNICODE,
      segments: split.parts.length,
      units: split.bytes / (split.characterSet === splitSms.UNICODE ? 2 : 1),
      parts: split.parts.map((p) => p.content)
    }
  }
})
process.stdout.write(JSON.stringify(counts))
